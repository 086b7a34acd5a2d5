package dev.floe.node.top.terminal;

/**
 * The style of a cell.
 *
 * @param colour of the terminal's sixteen; {@link #NO_COLOUR} for its own
 */
public record CellStyle(int colour, boolean bold, boolean reverse, boolean dim) {
    static final int NO_COLOUR = -1;
    public static final CellStyle PLAIN = new CellStyle(NO_COLOUR, false, false, false);
    public static final CellStyle BOLD = new CellStyle(NO_COLOUR, true, false, false);
    static final CellStyle REVERSE = new CellStyle(NO_COLOUR, false, true, false);
    public static final CellStyle DIM = new CellStyle(NO_COLOUR, false, false, true);
    public static final CellStyle ALARM = new CellStyle(1, true, false, false);
    private static final int COLOURS = 16;
    private static final int NORMAL_COLOURS = 8;

    public CellStyle {
        if (colour < NO_COLOUR || colour >= COLOURS) {
            throw new IllegalArgumentException("no such colour: " + colour);
        }
    }

    public static CellStyle ofColour(int colour) {
        return new CellStyle(colour, false, false, false);
    }

    public CellStyle reversed() {
        return new CellStyle(colour, bold, true, dim);
    }

    CellStyle withoutColour() {
        return colour == NO_COLOUR ? this : new CellStyle(NO_COLOUR, bold, reverse, dim);
    }

    /** The control sequence (ECMA-48, SGR) that changes a terminal from another style to this. */
    String sequenceAfter(CellStyle before) {
        if (equals(PLAIN)) {
            return "\033[m";
        }
        if (colour != NO_COLOUR && equals(new CellStyle(colour, before.bold, before.reverse, before.dim))) {
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
