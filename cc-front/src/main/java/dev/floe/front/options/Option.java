package dev.floe.front.options;

import java.util.List;

/**
 * One row of an option table.
 *
 * @param detail why the command stays local, if the effect is {@link Effect#LOCAL}; else empty
 * @param makes  suffixes, with their dots, of the files that it makes beside the output, or kinds of names
 */
public record Option(String spelling, ValueStyle style, Effect effect, String detail, List<String> makes) {
    /** @throws IllegalArgumentException unless exactly a local option has a reason */
    public Option {
        makes = List.copyOf(makes);
        if ((effect == Effect.LOCAL) == detail.isEmpty()) {
            throw new IllegalArgumentException("reason of " + spelling + ": '" + detail + "'");
        }
    }
}
