package dev.floe.node.top.terminal;

import java.io.IOException;

/** Reads keys from the characters that a terminal sends. */
public final class KeyDecoder {
    /** A lone escape is a key; what follows it within this time, also over a slow line, is a sequence. */
    static final long SEQUENCE_MILLIS = 60;

    static final int CLOSED = -1;
    static final int NOTHING = -2;
    private static final int ESCAPE = 0x1b;
    private static final int MAX_SEQUENCE = 20;

    private final Characters input;

    /** Characters from a terminal. */
    public interface Characters {
        /**
         * @param millis to wait for one; 0 waits without end
         * @return the UTF-16 unit, {@link #CLOSED} or {@link #NOTHING}
         */
        int read(long millis) throws IOException;
    }

    public KeyDecoder(Characters input) {
        this.input = input;
    }

    /** Waits for a key. */
    public KeyPress read() throws IOException {
        int character = input.read(0);
        return switch (character) {
            case NOTHING -> KeyPress.of(KeyPress.Name.UNKNOWN);
            case CLOSED, 4 -> KeyPress.of(KeyPress.Name.CLOSED);
            case 3 -> KeyPress.of(KeyPress.Name.INTERRUPT);
            case '\t' -> KeyPress.of(KeyPress.Name.TAB);
            case '\r', '\n' -> KeyPress.of(KeyPress.Name.ENTER);
            case 8, 0x7f -> KeyPress.of(KeyPress.Name.BACKSPACE);
            case 12 -> KeyPress.of(KeyPress.Name.REDRAW);
            case ESCAPE -> sequence();
            default -> character(character);
        };
    }

    private KeyPress character(int first) throws IOException {
        if (Character.isHighSurrogate((char) first)) {
            int second = input.read(SEQUENCE_MILLIS);
            return second >= 0 && Character.isLowSurrogate((char) second)
                    ? KeyPress.of(Character.toCodePoint((char) first, (char) second))
                    : KeyPress.of(KeyPress.Name.UNKNOWN);
        }
        return first < ' ' || Character.isISOControl(first) ? KeyPress.of(KeyPress.Name.UNKNOWN) : KeyPress.of(first);
    }

    private KeyPress sequence() throws IOException {
        int kind = input.read(SEQUENCE_MILLIS);
        if (kind != '[' && kind != 'O') {
            return KeyPress.of(kind < 0 ? KeyPress.Name.ESCAPE : KeyPress.Name.UNKNOWN);
        }
        StringBuilder parameters = new StringBuilder();
        while (true) {
            int next = input.read(SEQUENCE_MILLIS);
            if (next < 0 || parameters.length() > MAX_SEQUENCE) {
                return KeyPress.of(KeyPress.Name.UNKNOWN);
            }
            if (next >= '@' && next <= '~') {
                return KeyPress.of(name(next, parameters.toString()));
            }
            parameters.append((char) next);
        }
    }

    private static KeyPress.Name name(int last, String parameters) {
        return switch (last) {
            case 'A' -> KeyPress.Name.UP;
            case 'B' -> KeyPress.Name.DOWN;
            case 'C' -> KeyPress.Name.RIGHT;
            case 'D' -> KeyPress.Name.LEFT;
            case 'H' -> KeyPress.Name.HOME;
            case 'F' -> KeyPress.Name.END;
            case 'M' -> KeyPress.Name.ENTER;
            case 'Z' -> KeyPress.Name.BACK_TAB;
            case '~' -> switch (parameters) {
                case "1", "7" -> KeyPress.Name.HOME;
                case "4", "8" -> KeyPress.Name.END;
                case "5" -> KeyPress.Name.PAGE_UP;
                case "6" -> KeyPress.Name.PAGE_DOWN;
                default -> KeyPress.Name.UNKNOWN;
            };
            default -> KeyPress.Name.UNKNOWN;
        };
    }
}
