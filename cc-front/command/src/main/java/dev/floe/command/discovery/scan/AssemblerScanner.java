package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.floe.command.discovery.scan.SourceScanResult.Feature;

/**
 * Finds {@code .incbin} and {@code .include} in assembler text, be it a source or a C string literal. A literal name
 * counts in a comment too, which may ship a file too many but never one too few; a computed one, which would keep the
 * compile local, does not.
 */
final class AssemblerScanner {
    private static final Pattern DIRECTIVE = Pattern.compile("(?<![A-Za-z0-9_.$])\\.(incbin|include)(?![A-Za-z0-9_.$])",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern HEADER = Pattern.compile("__has_(?:include(?:_next)?|embed)\\s*\\(\\s*");

    /** What a text may have that is too long to be read. The compile shows whether it names files. */
    static final SourceScanResult UNREAD = unread();

    private AssemblerScanner() {}

    private static SourceScanResult unread() {
        SourceScanResult.Builder found = new SourceScanResult.Builder();
        found.computed.add("too long to be read");
        found.add(Feature.CLOCK, true);
        found.add(Feature.TIMESTAMP, true);
        return found.build();
    }

    /** What an assembler source, or a header of one, has. */
    static SourceScanResult scan(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        SourceScanResult.Builder found = new SourceScanResult.Builder();
        names(text, found.headers, found.assembled, found.computed);
        if (!found.computed.isEmpty() && text.contains("/*")) {
            found.computed.clear();
            names(withoutComments(text), found.headers, found.assembled, found.computed);
        }
        found.embedded.addAll(found.headers);
        if (text.contains("include")) {
            found.macros.add(SourceScanResult.COMPUTED);
        }
        found.add(Feature.CLOCK, text.contains("__TIME__") || text.contains("__DATE__"));
        found.add(Feature.TIMESTAMP, text.contains("__TIMESTAMP__"));
        return found.build();
    }

    private static void names(String text, Set<String> headers, Set<String> assembled, Set<String> computed) {
        within(text, true, assembled, computed);
        Matcher matcher = HEADER.matcher(text);
        while (matcher.find()) {
            String rest = text.substring(matcher.end(), Math.min(text.length(), matcher.end() + 4096));
            char open = rest.isEmpty() ? '\n' : rest.charAt(0);
            int close = open == '<' ? rest.indexOf('>') : open == '"' ? rest.indexOf('"', 1) : -1;
            if (close > 0) {
                headers.add(SourceCursor.utf8(rest.substring(1, close)));
            } else {
                computed.add(matcher.group().strip());
            }
        }
    }

    /** The text with a blank for each block comment. A quote that its line does not close opens no string. */
    private static String withoutComments(String text) {
        StringBuilder code = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int next = at + 1;
            if (text.startsWith("/*", at)) {
                int close = text.indexOf("*/", at + 2);
                next = close < 0 ? text.length() : close + 2;
                code.append(' ');
            } else {
                if (text.charAt(at) == '"') {
                    next = closed(text, at);
                }
                code.append(text, at, next);
            }
            at = next;
        }
        return code.toString();
    }

    /** Behind the string that opens at {@code start}, or behind its quote if the line ends first. */
    private static int closed(String text, int start) {
        for (int i = start + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
            if (text.charAt(i) == '"') {
                return i + 1;
            }
            if (text.charAt(i) == '\\') {
                i++;
            }
        }
        return start + 1;
    }

    /**
     * Adds the files that {@code text} names, or what it does instead.
     *
     * @param source whether it is a source; otherwise the inside of a string literal, which may continue in the next
     *               literal
     */
    static void within(String text, boolean source, Set<String> assembled, Set<String> computed) {
        Matcher matcher = DIRECTIVE.matcher(text);
        while (matcher.find()) {
            int i = matcher.end();
            while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
                i++;
            }
            boolean quoted = text.startsWith("\"", i);
            int close = quoted ? text.indexOf('"', i + 1) : -1;
            String name = close < 0 ? "" : text.substring(i + 1, close);
            if (close >= 0 && name.indexOf('\\') < 0 && (source || name.indexOf('%') < 0)) {
                assembled.add(SourceCursor.utf8(name));
            } else if (quoted || source || i >= text.length() || text.charAt(i) == '\\' || text.charAt(i) == '%') {
                int end = Math.min(text.length(), matcher.start() + 80);
                computed.add(SourceCursor.utf8(text.substring(matcher.start(), end).lines().findFirst().orElse("")));
            }
        }
    }

    /** The inside of a string literal with the escapes that matter here resolved. */
    static String unescaped(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder text = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                text.append(c);
                continue;
            }
            char escaped = literal.charAt(++i);
            switch (escaped) {
                case 'n', 'r', 'f', 'v' -> text.append('\n');
                case 't' -> text.append('\t');
                case '"', '\'', '\\' -> text.append(escaped);
                default -> text.append('\\').append(escaped);
            }
        }
        return text.toString();
    }
}
