package dev.floe.command.inputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads a C or C++ text for what looks at files without {@code #include}, passing over comments and telling string
 * literals from code, in all branches of its conditions. Works on bytes as Latin-1, so that any encoding passes.
 */
final class SourceScanner {
    private static final int SHORTEST_PIECE = 4;
    private static final String TRIGRAPH_HASH = "??=";
    private static final Pattern ONCE_OPERATOR = Pattern.compile("\\s*\\(\\s*\"\\s*once");

    private final String text;
    private final @Nullable String wrapper;
    private final Set<String> headers = new HashSet<>();
    private final Set<String> embedded = new HashSet<>();
    private final Set<String> assembled = new HashSet<>();
    private final Set<String> wrappers = new HashSet<>();
    private final Set<String> computed = new HashSet<>();
    private final Set<String> includes = new HashSet<>();
    private final Set<String> next = new HashSet<>();
    private final Set<String> certain = new HashSet<>();
    private final Set<String> bodies = new HashSet<>();
    private final Set<String> macros = new HashSet<>();
    private final Set<String> lines = new HashSet<>();
    private final PragmaScanner pragmas = new PragmaScanner(headers);
    private int conditions;
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
    static SourceScanResult scan(byte[] bytes) {
        return new SourceScanner(unspliced(new String(bytes, ISO_8859_1)), null).run();
    }

    /**
     * What the text has of one macro: the operands with which it is called, where it hands its parameter to {@code
     * __has_include}, and as bodies how it is defined, as an operand that {@link #form} tells.
     */
    static SourceScanResult scanFor(String wrapper, byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        return text.contains(wrapper) ? new SourceScanner(unspliced(text), wrapper).run() : SourceScanResult.NONE;
    }

    /** A macro's body as the operand of an inclusion; see {@link #form}. */
    static String operand(String body) {
        return new SourceScanner(new String(body.getBytes(UTF_8), ISO_8859_1), "").form();
    }

    private static String unspliced(String text) {
        return text.contains("\\\n") || text.contains("\\\r\n")
                ? text.replace("\\\r\n", "").replace("\\\n", "")
                : text;
    }

    private SourceScanResult run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                macro = "";
                parameter = "";
                afterHash = false;
                at++;
            } else if (isBlank(c)) {
                at++;
            } else if (text.startsWith("%:", at)) {
                afterHash = true;
                at += 2;
            } else if (text.startsWith(TRIGRAPH_HASH, at)) { // of the languages that have it; others have no use for it
                afterHash = true;
                at += TRIGRAPH_HASH.length();
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
        return new SourceScanResult(headers, embedded, assembled, wrappers, computed, includes, next, certain, bodies,
                macros,
                lines, once, imports, clock, timestamp || pragmas.isCertain(), pragmas.parts());
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
            case "_Pragma" -> once |= ONCE_OPERATOR.matcher(text).region(at, text.length()).lookingAt();
            case "__has_embed" -> operand(embedded, name, true);
            case "__TIME__", "__DATE__" -> clock = true;
            case "__TIMESTAMP__" -> timestamp = true;
            default -> {
                clock |= isPiece(name, "__TIME__") || isPiece(name, "__DATE__");
                timestamp |= isPiece(name, "__TIMESTAMP__");
                pragma(name);
            }
        }
    }

    private void pragma(String name) {
        int here = at;
        if (name.equals(PragmaScanner.WORD)) {
            blanks();
        }
        pragmas.word(name, text, at, parameter, !macro.isEmpty());
        at = here;
    }

    /** Whether a macro could paste {@code whole} together of this name and another. */
    private static boolean isPiece(String name, String whole) {
        return name.length() >= SHORTEST_PIECE && (name.startsWith("__") || name.endsWith("__"))
                && (whole.startsWith(name) || whole.endsWith(name));
    }

    private void directive(String name) {
        if (name.equals("include") || name.equals("include_next") || name.equals("import")) {
            include(name.equals("include_next"));
            imports |= name.equals("import");
        } else if (name.startsWith("if")) {
            conditions++;
        } else if (name.equals("endif")) {
            conditions--;
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
            body();
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

    private void include(boolean fromNext) {
        String operand = form();
        if (!isLiteral(operand)) {
            macros.add(operand);
            return;
        }
        includes.add(operand);
        if (fromNext) {
            next.add(operand);
        }
        if (conditions <= 0) {
            certain.add(operand);
        }
    }

    /** What a macro is defined as; its text is read again for all else. */
    private void body() {
        int body = at;
        String operand = form();
        if (wrapper == null) {
            if (isLiteral(operand)) {
                bodies.add(operand);
            }
        } else if (macro.equals(wrapper)) {
            bodies.add(parameter.isEmpty() ? operand : SourceScanResult.COMPUTED);
        }
        at = body;
    }

    private static boolean isLiteral(String operand) {
        return operand.startsWith("<") || operand.startsWith("\"");
    }

    /**
     * The operand of an inclusion: a literal one after its opening delimiter, the name of a macro, or {@link
     * SourceScanResult#COMPUTED}.
     */
    private String form() {
        blanks();
        int line = end(text.indexOf('\n', at));
        char open = at < line ? text.charAt(at) : '\n';
        int stop = open == '<' ? text.indexOf('>', at + 1) : open == '"' ? text.indexOf('"', at + 1) : -1;
        String form = SourceScanResult.COMPUTED;
        if (stop >= 0 && stop < line) {
            form = utf8(text.substring(at, stop));
            at = stop + 1;
        } else if (isName(open)) {
            int start = at;
            while (at < line && (isName(text.charAt(at)) || isDigit(text.charAt(at)))) {
                at++;
            }
            form = text.substring(start, at);
        }
        if (wrapper != null || !isLiteral(form)) {
            blanks();
            return at >= line || text.charAt(at) == '\n' || text.startsWith("//", at)
                    ? form
                    : SourceScanResult.COMPUTED;
        }
        return form;
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
            directives(start, close);
            pragmas.literal(text.substring(Math.min(start, close), close));
            at = Math.min(text.length(), close + closing.length());
        } else {
            int close = closing('"', start);
            assembler(start, close, false);
            pragmas.literal(text.substring(start, Math.clamp(close, start, text.length())));
            at = close + 1;
        }
        afterHash = false;
    }

    /** What looks like a raw string may be a macro and a plain one: its lines may be read as such. */
    private void directives(int from, int to) {
        int newline = text.indexOf('\n', from);
        if (wrapper == null && newline >= 0 && newline < to && text.indexOf("include", newline) >= 0) {
            SourceScanResult inside = new SourceScanner(text.substring(newline, Math.min(to, text.length())), null)
                    .run();
            includes.addAll(inside.includes());
            next.addAll(inside.next());
            macros.addAll(inside.macros());
        }
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
            if (isBlank(text.charAt(at))) {
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

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\013';
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
