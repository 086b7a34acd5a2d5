package dev.floe.command.options;

import java.util.List;

/**
 * One row of an option table.
 *
 * @param detail why the command stays local, if the effect is {@link OptionEffect#LOCAL}; otherwise empty
 * @param makes  suffixes, with their dots, of the files that it makes beside the output, or kinds of names
 */
public record Option(String spelling, OptionValueStyle style, OptionEffect effect, String detail, List<String> makes) {
    /** @throws IllegalArgumentException unless exactly a local option has a reason */
    public Option {
        makes = List.copyOf(makes);
        if ((effect == OptionEffect.LOCAL) == detail.isEmpty()) {
            throw new IllegalArgumentException("reason of " + spelling + ": '" + detail + "'");
        }
    }
}
