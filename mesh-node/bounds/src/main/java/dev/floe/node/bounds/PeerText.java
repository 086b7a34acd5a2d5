package dev.floe.node.bounds;

/** Text of a peer, such as a reason, as it may be logged, recorded and shown. */
public final class PeerText {
    /** Longest, in characters; what is cut off is marked. */
    public static final int MAX_CHARACTERS = 500;

    private static final String CUT = "...";

    private PeerText() {}

    /** The text without control characters and of bounded length. */
    public static String of(String text) {
        String part = text.length() > MAX_CHARACTERS
                ? text.substring(0, MAX_CHARACTERS - CUT.length()) + CUT
                : text;
        StringBuilder plain = null;
        for (int i = 0; i < part.length(); i++) {
            if (isUnsafe(part.charAt(i))) {
                plain = plain == null ? new StringBuilder(part) : plain;
                plain.setCharAt(i, '?');
            }
        }
        return plain == null ? part : plain.toString();
    }

    /** Whether a text can be shown as it is. */
    public static boolean isPlain(String text) {
        return text.chars().noneMatch(character -> isUnsafe((char) character));
    }

    /** Controls, and what makes a terminal or a log show lines in another order or form. */
    private static boolean isUnsafe(char character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
