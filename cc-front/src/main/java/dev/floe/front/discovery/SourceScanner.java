package dev.floe.front.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Reads a C or C++ text for what looks at files without {@code #include}, passing over comments and telling string
 * literals from code, in all branches of its conditions. Works on bytes as Latin-1, so that any encoding passes.
 */
final class SourceScanner {
    private static final int SHORTEST_PIECE = 4;

    private final String text;
    private final @Nullable String wrapper;
    private final Set<String> headers = new HashSet<>();
    private final Set<String> embedded = new HashSet<>();
    private final Set<String> assembled = new HashSet<>();
    private final Set<String> wrappers = new HashSet<>();
    private final Set<String> computed = new HashSet<>();
    private final Set<String> includes = new HashSet<>();
    private final Set<String> lines = new HashSet<>();
    private boolean variable;
    private boolean once;
    private boolean imports;
    private boolean clock;
    private boolean timestamp;
    private int at;
    private boolean afterHash;
    private String macro = "";
    private String parameter = "";

    private SourceScanner(String text, @Nullable String wrapper) {
        this.text = text;
        this.wrapper = wrapper;
    }

    /** What a text of C, C++ or Objective-C has. */
    static Traits scan(byte[] bytes) {
        return new SourceScanner(unspliced(new String(bytes, ISO_8859_1)), null).run();
    }

    /** The operands with which the text calls {@code wrapper}, a macro that hands its parameter to {@code __has_include}. */
    static Traits scanFor(String wrapper, byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        return text.contains(wrapper) ? new SourceScanner(unspliced(text), wrapper).run() : Traits.NONE;
    }

    private static String unspliced(String text) {
        return text.contains("\\\n") || text.contains("\\\r\n")
                ? text.replace("\\\r\n", "").replace("\\\n", "")
                : text;
    }

    private Traits run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                macro = "";
                afterHash = false;
                at++;
            } else if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (text.startsWith("//", at)) {
                at = end(text.indexOf('\n', at));
            } else if (text.startsWith("/*", at)) {
                int close = text.indexOf("*/", at + 2);
                at = close < 0 ? text.length() : close + 2;
            } else if (c == '"') {
                literal(false);
            } else if (c == '\'') {
                at = closing('\'', at + 1) + 1;
            } else if (isDigit(c)) {
                if (afterHash) {
                    line();
                } else {
                    number();
                }
            } else if (isName(c)) {
                name();
            } else {
                afterHash = c == '#';
                at++;
            }
        }
        return new Traits(headers, embedded, assembled, wrappers, computed, includes, variable, lines, once, imports,
                clock, timestamp);
    }

    private void name() {
        int start = at;
        while (at < text.length() && (isName(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        String name = text.substring(start, at);
        if (at < text.length() && text.charAt(at) == '"'
                && (name.equals("R") || name.equals("LR") || name.equals("uR") || name.equals("UR")
                        || name.equals("u8R"))) {
            literal(true);
            return;
        }
        boolean directive = afterHash;
        afterHash = false;
        if (name.equals(wrapper)) {
            if (!macro.equals(wrapper)) {
                operand(headers, name, true);
            }
            return;
        }
        if (directive) {
            directive(name);
            return;
        }
        switch (name) {
            case "__has_include", "__has_include_next", "__has_include__", "__has_include_next__" ->
                operand(headers, name, true);
            case "__has_embed" -> operand(embedded, name, true);
            case "__TIME__", "__DATE__" -> clock = true;
            case "__TIMESTAMP__" -> timestamp = true;
            default -> {
                clock |= isPiece(name, "__TIME__") || isPiece(name, "__DATE__");
                timestamp |= isPiece(name, "__TIMESTAMP__");
            }
        }
    }

    /** Whether a macro could paste {@code whole} together of this name and another. */
    private static boolean isPiece(String name, String whole) {
        return name.length() >= SHORTEST_PIECE && (name.startsWith("__") || name.endsWith("__"))
                && (whole.startsWith(name) || whole.endsWith(name));
    }

    private void directive(String name) {
        if (name.equals("include") || name.equals("include_next") || name.equals("import")) {
            variable |= !included();
            imports |= name.equals("import");
        } else if (name.equals("pragma")) {
            blanks();
            once |= text.startsWith("once", at);
        } else if (name.equals("embed")) {
            operand(embedded, "#embed", false);
        } else if (name.equals("define")) {
            blanks();
            int start = at;
            while (at < text.length() && (isName(text.charAt(at)) || isDigit(text.charAt(at)))) {
                at++;
            }
            macro = text.substring(start, at);
            parameter = "";
            if (at < text.length() && text.charAt(at) == '(') {
                int close = text.indexOf(')', at);
                parameter = close < 0 ? "" : text.substring(at + 1, close).strip();
                at = close < 0 ? at : close + 1;
            }
            int body = at;
            included();
            at = body;
        } else if (name.equals("line")) {
            blanks();
            line();
        } else if (name.equals("error") || name.equals("warning")) {
            at = end(text.indexOf('\n', at));
        }
    }

    /** The number and the file of a line marker; what macros compute is not looked for. */
    private void line() {
        afterHash = false;
        number();
        blanks();
        if (at < text.length() && text.charAt(at) == '"') {
            int stop = closing('"', at + 1);
            lines.add(utf8(AssemblerScanner.unescaped(text.substring(at + 1, Math.max(at + 1, stop)))));
        }
        at = end(text.indexOf('\n', at));
    }

    /** The literal operand of an inclusion, or a macro that may be one, with its opening delimiter; whether there is one. */
    private boolean included() {
        blanks();
        char open = at < text.length() ? text.charAt(at) : '\n';
        int stop = open == '<' ? text.indexOf('>', at + 1) : open == '"' ? text.indexOf('"', at + 1) : -1;
        if (stop >= 0 && stop < end(text.indexOf('\n', at))) {
            includes.add(utf8(text.substring(at, stop)));
            at = stop + 1;
            return true;
        }
        return false;
    }

    /** The name of a file after {@code what}; anything but a literal one is noted as computed. */
    private void operand(Set<String> names, String what, boolean inParentheses) {
        blanks();
        if (inParentheses) {
            if (at >= text.length() || text.charAt(at) != '(') {
                return;
            }
            at++;
            blanks();
        }
        char open = at < text.length() ? text.charAt(at) : '\n';
        char close = open == '<' ? '>' : open == '"' ? '"' : 0;
        int line = end(text.indexOf('\n', at));
        int stop = close == 0 ? -1 : text.indexOf(close, at + 1);
        if (stop >= 0 && stop < line) {
            names.add(utf8(text.substring(at + 1, stop)));
            at = stop + 1;
            return;
        }
        int start = at;
        while (at < text.length() && (isName(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        String name = text.substring(start, at);
        if (names == headers && !macro.isEmpty() && !name.isEmpty() && name.equals(parameter)) {
            wrappers.add(macro);
        } else {
            computed.add(what + " " + utf8(text.substring(start, line)).strip());
        }
    }

    private void literal(boolean raw) {
        int start = at + 1;
        if (raw) {
            int open = text.indexOf('(', start);
            String closing = open < 0 ? "\"" : ")" + text.substring(start, open) + "\"";
            int close = open < 0 ? text.length() : end(text.indexOf(closing, open));
            assembler(start, close, true);
            at = Math.min(text.length(), close + closing.length());
        } else {
            int close = closing('"', start);
            assembler(start, close, false);
            at = close + 1;
        }
        afterHash = false;
    }

    /** Looks for directives of the assembler between two places. */
    private void assembler(int from, int to, boolean raw) {
        String inside = wrapper == null && from < to ? text.substring(from, Math.min(to, text.length())) : "";
        if (inside.contains(".inc")) {
            AssemblerScanner.within(raw ? inside : AssemblerScanner.unescaped(inside), false, assembled, computed);
        }
    }

    private void number() {
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean quote = c == '\'' && at + 1 < text.length()
                    && (isName(text.charAt(at + 1)) || isDigit(text.charAt(at + 1)));
            if (!isName(c) && !isDigit(c) && c != '.' && !quote) {
                return;
            }
            at++;
        }
    }

    /** Where a literal ends: its closing quote, or the end of the line if it has none. */
    private int closing(char quote, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != quote && text.charAt(i) != '\n') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i < text.length() && text.charAt(i) == '\n' ? i - 1 : Math.min(i, text.length());
    }

    private void blanks() {
        while (at < text.length()) {
            if (text.charAt(at) == ' ' || text.charAt(at) == '\t') {
                at++;
            } else if (text.startsWith("/*", at)) {
                int close = text.indexOf("*/", at + 2);
                at = close < 0 ? text.length() : close + 2;
            } else {
                return;
            }
        }
    }

    private int end(int index) {
        return index < 0 ? text.length() : index;
    }

    static String utf8(String latin) {
        return new String(latin.getBytes(ISO_8859_1), UTF_8);
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
