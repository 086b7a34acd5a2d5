package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.scan.SourceScanResult.Feature;

/**
 * Reads a C or C++ text for what looks at files without {@code #include}, passing over comments and telling string
 * literals from code, in all branches of its conditions. Works on bytes as Latin-1, so that any encoding passes.
 */
final class SourceScanner {
    private static final int SHORTEST_PIECE = 4;
    private static final String TRIGRAPH_HASH = "??=";
    private static final Pattern ONCE_OPERATOR = Pattern.compile("\\s*\\(\\s*\"\\s*once");

    private final SourceCursor in;
    private final @Nullable String wrapper;
    private final SourceScanResult.Builder found = new SourceScanResult.Builder();
    private final PragmaScanner pragmas = new PragmaScanner(found.headers);
    private final DirectiveScanner directives;
    private boolean afterHash;

    private SourceScanner(String text, @Nullable String wrapper) {
        this.in = new SourceCursor(text);
        this.wrapper = wrapper;
        this.directives = new DirectiveScanner(in, wrapper, found);
    }

    /** What a text of C, C++ or Objective-C has. */
    static SourceScanResult scan(byte[] bytes) {
        return new SourceScanner(SourceCursor.unspliced(new String(bytes, ISO_8859_1)), null).run();
    }

    /**
     * What the text has of one macro: the operands with which it is called, where it hands its parameter to {@code
     * __has_include}, and as bodies how it is defined, as an operand that {@link DirectiveScanner#operandOf} returns.
     */
    static SourceScanResult scanFor(String wrapper, byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        return text.contains(wrapper)
                ? new SourceScanner(SourceCursor.unspliced(text), wrapper).run()
                : SourceScanResult.NONE;
    }

    private SourceScanResult run() {
        String text = in.text;
        int length = text.length();
        while (in.at < length) {
            char c = text.charAt(in.at);
            if (SourceCursor.isNameStart(c)) {
                readName();
                continue;
            }
            switch (c) {
                case ' ', '\t', '\r', '\f', '\013' -> in.at++;
                case '\n' -> {
                    directives.startLine();
                    afterHash = false;
                    in.at++;
                }
                case '/' -> readSlash();
                case '"' -> readLiteral(false);
                case '\'' -> in.at = in.closing('\'', in.at + 1) + 1;
                case '#' -> readHash("#");
                case '%' -> readHash("%:");
                case '?' -> readHash(TRIGRAPH_HASH); // languages without trigraphs have no use for it
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
                default -> {
                    afterHash = false;
                    in.at++;
                }
            }
        }
        found.add(Feature.TIMESTAMP, pragmas.isCertain());
        found.dependency.addAll(pragmas.parts());
        return found.build();
    }

    /** A spelling of the hash that begins a directive, or another operator that begins with the same character. */
    private void readHash(String spelling) {
        afterHash = in.text.startsWith(spelling, in.at);
        in.at += afterHash ? spelling.length() : 1;
    }

    private void readSlash() {
        if (in.text.startsWith("//", in.at)) {
            in.skipLine();
        } else if (in.text.startsWith("/*", in.at)) {
            in.skipBlockComment();
        } else {
            afterHash = false;
            in.at++;
        }
    }

    private void readNumber() {
        if (afterHash) {
            afterHash = false;
            directives.readLineMarker();
        } else {
            in.skipNumber();
        }
    }

    /** Most names of a text mean nothing to this scanner; of those no string is made. */
    private void readName() {
        int start = in.at;
        in.skipName();
        if (!afterHash && wrapper == null && !isNotable(start, in.at) && pragmas.skipsWord(in.text, start, in.at)) {
            return;
        }
        String name = in.text.substring(start, in.at);
        if (in.isAt('"') && isRawPrefix(name)) {
            readLiteral(true);
            return;
        }
        boolean directive = afterHash;
        afterHash = false;
        if (name.equals(wrapper)) {
            if (!directives.macro().equals(wrapper)) {
                directives.readFileName(found.headers, name, true);
            }
        } else if (directive) {
            directives.readDirective(name);
        } else {
            readWord(name);
        }
    }

    /** Whether a name may be one of those that {@link #readWord} knows, or the prefix of a literal. */
    private boolean isNotable(int from, int to) {
        String text = in.text;
        return text.charAt(from) == '_' || text.charAt(to - 1) == '_' || in.isAt('"');
    }

    private static boolean isRawPrefix(String name) {
        return name.equals("R") || name.equals("LR") || name.equals("uR") || name.equals("UR") || name.equals("u8R");
    }

    private void readWord(String name) {
        switch (name) {
            case "__has_include", "__has_include_next", "__has_include__", "__has_include_next__" ->
                directives.readFileName(found.headers, name, true);
            case "_Pragma" -> found.add(Feature.ONCE,
                    ONCE_OPERATOR.matcher(in.text).region(in.at, in.text.length()).lookingAt());
            case "__has_embed" -> directives.readFileName(found.embedded, name, true);
            case "__TIME__", "__DATE__" -> found.add(Feature.CLOCK, true);
            case "__TIMESTAMP__" -> found.add(Feature.TIMESTAMP, true);
            default -> {
                found.add(Feature.CLOCK, isPiece(name, "__TIME__") || isPiece(name, "__DATE__"));
                found.add(Feature.TIMESTAMP, isPiece(name, "__TIMESTAMP__"));
                readPragmaWord(name);
            }
        }
    }

    private void readPragmaWord(String name) {
        int here = in.at;
        if (name.equals(PragmaScanner.WORD)) {
            in.skipBlanks();
        }
        pragmas.word(name, in.text, in.at, directives.parameter(), !directives.macro().isEmpty());
        in.at = here;
    }

    /** Whether a macro could paste {@code whole} together of this name and another. */
    private static boolean isPiece(String name, String whole) {
        return name.length() >= SHORTEST_PIECE && (name.startsWith("__") || name.endsWith("__"))
                && (whole.startsWith(name) || whole.endsWith(name));
    }

    private void readLiteral(boolean raw) {
        String text = in.text;
        int start = in.at + 1;
        if (raw) {
            int open = text.indexOf('(', start);
            String closing = open < 0 ? "\"" : ")" + text.substring(start, open) + "\"";
            int close = open < 0 ? text.length() : in.orEnd(text.indexOf(closing, open));
            findAssembled(start, close, true);
            findInclusions(start, close);
            pragmas.literal(text.substring(Math.min(start, close), close));
            in.at = Math.min(text.length(), close + closing.length());
        } else {
            int close = in.closing('"', start);
            findAssembled(start, close, false);
            pragmas.literal(text.substring(start, Math.clamp(close, start, text.length())));
            in.at = close + 1;
        }
        afterHash = false;
    }

    /** What looks like a raw string may be a macro and a plain one: its lines may be read as such. */
    private void findInclusions(int from, int to) {
        int newline = in.text.indexOf('\n', from);
        if (wrapper == null && newline >= 0 && newline < to && in.text.indexOf("include", newline) >= 0) {
            String lines = in.text.substring(newline, Math.min(to, in.text.length()));
            found.addInclusions(new SourceScanner(lines, null).run());
        }
    }

    /** Looks for directives of the assembler between two places. */
    private void findAssembled(int from, int to, boolean raw) {
        String inside = wrapper == null && from < to ? in.text.substring(from, Math.min(to, in.text.length())) : "";
        if (inside.contains(".inc")) {
            AssemblerScanner.within(raw ? inside : AssemblerScanner.unescaped(inside), false, found.assembled,
                    found.computed);
        }
    }
}
