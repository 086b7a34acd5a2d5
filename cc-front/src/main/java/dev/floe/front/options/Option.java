package dev.floe.front.options;

/**
 * One row of an option table.
 *
 * @param detail why the command stays local, if the effect is {@link Effect#LOCAL}; else empty
 */
public record Option(String spelling, ValueStyle style, Effect effect, String detail) {
    /** @throws IllegalArgumentException unless exactly a local option has a reason */
    public Option {
        if ((effect == Effect.LOCAL) == detail.isEmpty()) {
            throw new IllegalArgumentException("reason of " + spelling + ": '" + detail + "'");
        }
    }
}
