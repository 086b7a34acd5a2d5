package dev.floe.node.top;

import java.io.IOException;

/** Reads keys from the characters that a terminal sends. */
final class KeyDecoder {
    /** A lone escape is a key; what follows it within this time, also over a slow line, is a sequence. */
    static final long SEQUENCE_MILLIS = 60;

    static final int CLOSED = -1;
    static final int NOTHING = -2;
    private static final int ESCAPE = 0x1b;
    private static final int MAX_SEQUENCE = 20;

    private final Characters input;

    /** Characters from a terminal. */
    interface Characters {
        /**
         * @param millis to wait for one; 0 waits without end
         * @return the UTF-16 unit, {@link #CLOSED} or {@link #NOTHING}
         */
        int read(long millis) throws IOException;
    }

    KeyDecoder(Characters input) {
        this.input = input;
    }

    /** Waits for a key. */
    Key read() throws IOException {
        int character = input.read(0);
        return switch (character) {
            case NOTHING -> Key.of(Key.Name.UNKNOWN);
            case CLOSED, 4 -> Key.of(Key.Name.CLOSED);
            case 3 -> Key.of(Key.Name.INTERRUPT);
            case '\t' -> Key.of(Key.Name.TAB);
            case '\r', '\n' -> Key.of(Key.Name.ENTER);
            case 8, 0x7f -> Key.of(Key.Name.BACKSPACE);
            case 12 -> Key.of(Key.Name.REDRAW);
            case ESCAPE -> sequence();
            default -> character(character);
        };
    }

    private Key character(int first) throws IOException {
        if (Character.isHighSurrogate((char) first)) {
            int second = input.read(SEQUENCE_MILLIS);
            return second >= 0 && Character.isLowSurrogate((char) second)
                    ? Key.of(Character.toCodePoint((char) first, (char) second))
                    : Key.of(Key.Name.UNKNOWN);
        }
        return first < ' ' || Character.isISOControl(first) ? Key.of(Key.Name.UNKNOWN) : Key.of(first);
    }

    private Key sequence() throws IOException {
        int kind = input.read(SEQUENCE_MILLIS);
        if (kind != '[' && kind != 'O') {
            return Key.of(kind < 0 ? Key.Name.ESCAPE : Key.Name.UNKNOWN);
        }
        StringBuilder parameters = new StringBuilder();
        while (true) {
            int next = input.read(SEQUENCE_MILLIS);
            if (next < 0 || parameters.length() > MAX_SEQUENCE) {
                return Key.of(Key.Name.UNKNOWN);
            }
            if (next >= '@' && next <= '~') {
                return Key.of(name(next, parameters.toString()));
            }
            parameters.append((char) next);
        }
    }

    private static Key.Name name(int last, String parameters) {
        return switch (last) {
            case 'A' -> Key.Name.UP;
            case 'B' -> Key.Name.DOWN;
            case 'C' -> Key.Name.RIGHT;
            case 'D' -> Key.Name.LEFT;
            case 'H' -> Key.Name.HOME;
            case 'F' -> Key.Name.END;
            case 'M' -> Key.Name.ENTER;
            case 'Z' -> Key.Name.BACK_TAB;
            case '~' -> switch (parameters) {
                case "1", "7" -> Key.Name.HOME;
                case "4", "8" -> Key.Name.END;
                case "5" -> Key.Name.PAGE_UP;
                case "6" -> Key.Name.PAGE_DOWN;
                default -> Key.Name.UNKNOWN;
            };
            default -> Key.Name.UNKNOWN;
        };
    }
}
