package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A position in a source text, and the steps by which scanners move it over what the language makes of characters. */
public final class SourceCursor {
    final String text;
    int at;

    /** @param text without line continuations, see {@link #unspliced} */
    SourceCursor(String text) {
        this.text = text;
    }

    /** The text with each line and those that continue it made one. */
    static String unspliced(String text) {
        return text.contains("\\\n") || text.contains("\\\r\n")
                ? text.replace("\\\r\n", "").replace("\\\n", "")
                : text;
    }

    /** What bytes that were decoded as Latin-1 are in UTF-8. */
    public static String utf8(String latin) {
        return new String(latin.getBytes(ISO_8859_1), UTF_8);
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** Whether the character here is this one; false at the end. */
    boolean isAt(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    /** The character here, or a line's end at the end of the text. */
    char peek() {
        return at < text.length() ? text.charAt(at) : '\n';
    }

    /** Where the line ends. */
    int lineEnd() {
        return orEnd(text.indexOf('\n', at));
    }

    /** An index, or where the text ends if it is negative. */
    int orEnd(int index) {
        return index < 0 ? text.length() : index;
    }

    void skipLine() {
        at = lineEnd();
    }

    void skipBlockComment() {
        int close = text.indexOf("*/", at + 2);
        at = close < 0 ? text.length() : close + 2;
    }

    /** Passes over blanks and block comments. */
    void skipBlanks() {
        while (at < text.length()) {
            if (isBlank(text.charAt(at))) {
                at++;
            } else if (text.startsWith("/*", at)) {
                skipBlockComment();
            } else {
                return;
            }
        }
    }

    void skipNumber() {
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean quote = c == '\'' && at + 1 < text.length() && isNamePart(text.charAt(at + 1));
            if (!isNamePart(c) && c != '.' && !quote) {
                return;
            }
            at++;
        }
    }

    /** Passes over a name and returns it; empty if there is none. */
    String readName() {
        int start = at;
        skipName();
        return text.substring(start, at);
    }

    /** Passes over a name, if there is one. */
    void skipName() {
        int length = text.length();
        int i = at;
        while (i < length && isNamePart(text.charAt(i))) {
            i++;
        }
        at = i;
    }

    /** Where a literal ends: its closing quote, or the end of the line if it has none. */
    int closing(char quote, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != quote && text.charAt(i) != '\n') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i < text.length() && text.charAt(i) == '\n' ? i - 1 : Math.min(i, text.length());
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\013';
    }

    static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }
}
