package dev.floe.node.top;

/**
 * How a cell looks.
 *
 * @param colour of the terminal's sixteen; {@link #NO_COLOUR} for its own
 */
record Style(int colour, boolean bold, boolean reverse, boolean dim) {
    static final int NO_COLOUR = -1;
    static final Style PLAIN = new Style(NO_COLOUR, false, false, false);
    static final Style BOLD = new Style(NO_COLOUR, true, false, false);
    static final Style REVERSE = new Style(NO_COLOUR, false, true, false);
    static final Style DIM = new Style(NO_COLOUR, false, false, true);
    static final Style ALARM = new Style(1, true, false, false);
    private static final int COLOURS = 16;
    private static final int NORMAL_COLOURS = 8;

    Style {
        if (colour < NO_COLOUR || colour >= COLOURS) {
            throw new IllegalArgumentException("no such colour: " + colour);
        }
    }

    static Style ofColour(int colour) {
        return new Style(colour, false, false, false);
    }

    Style reversed() {
        return new Style(colour, bold, true, dim);
    }

    Style withoutColour() {
        return colour == NO_COLOUR ? this : new Style(NO_COLOUR, bold, reverse, dim);
    }

    /** The control sequence (ECMA-48, SGR) that changes a terminal from another style to this. */
    String sequenceAfter(Style before) {
        if (equals(PLAIN)) {
            return "\033[m";
        }
        if (colour != NO_COLOUR && equals(new Style(colour, before.bold, before.reverse, before.dim))) {
            return "\033[" + colourCode() + "m";
        }
        return "\033[" + (before.equals(PLAIN) ? "" : "0;") + codes() + "m";
    }

    private String codes() {
        StringBuilder codes = new StringBuilder();
        append(codes, bold, "1");
        append(codes, dim, "2");
        append(codes, reverse, "7");
        append(codes, colour != NO_COLOUR, Integer.toString(colourCode()));
        return codes.toString();
    }

    private static void append(StringBuilder codes, boolean isSet, String code) {
        if (isSet) {
            codes.append(codes.isEmpty() ? "" : ";").append(code);
        }
    }

    private int colourCode() {
        return colour < NORMAL_COLOURS ? 30 + colour : 90 + colour - NORMAL_COLOURS;
    }
}
