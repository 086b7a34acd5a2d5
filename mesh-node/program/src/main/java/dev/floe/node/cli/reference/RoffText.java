package dev.floe.node.cli.reference;

/** Plain text as roff reads it. */
final class RoffText {
    private static final int COLUMNS = 78;

    private RoffText() {}

    /** The words of a paragraph, escaped, in lines of up to 78 columns. */
    static String fill(String paragraph) {
        StringBuilder roff = new StringBuilder();
        int column = 0;
        for (String word : paragraph.strip().split("\\s+")) {
            boolean breaks = column > 0 && column + 1 + escape(word).length() > COLUMNS;
            String escaped = breaks || column == 0 ? escape(word) : escape(" " + word);
            roff.append(breaks ? "\n" : "").append(escaped);
            column = breaks ? escaped.length() : column + escaped.length();
        }
        return roff.toString();
    }

    /** One line or several; none of them is a request, and no character is replaced by a typographic one. */
    static String escape(String text) {
        StringBuilder roff = new StringBuilder(text.length() + 16);
        boolean begins = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (begins && (c == '.' || c == '\'')) {
                roff.append("\\&");
            }
            begins = c == '\n';
            switch (c) {
                case '\\' -> roff.append("\\e");
                case '-' -> roff.append("\\-");
                case '\'' -> roff.append("\\(aq");
                case '`' -> roff.append("\\(ga");
                case '~' -> roff.append("\\(ti");
                case '^' -> roff.append("\\(ha");
                case '"' -> roff.append("\\(dq");
                default -> roff.append(c);
            }
        }
        return roff.toString();
    }
}
