package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.scan.SourceScanResult.Feature;

/** Reads preprocessor directives and the operands that name files; knows which macro the line defines. */
public final class DirectiveScanner {
    private final SourceCursor in;
    private final @Nullable String wrapper;
    private final SourceScanResult.Builder found;
    private int conditions;
    private String macro = "";
    private String parameter = "";

    /** @param wrapper the one macro that is looked for, null if everything is */
    DirectiveScanner(SourceCursor in, @Nullable String wrapper, SourceScanResult.Builder found) {
        this.in = in;
        this.wrapper = wrapper;
        this.found = found;
    }

    /** A macro's body as the operand of an inclusion; see {@link #readIncludeOperand}. */
    public static String operandOf(String body) {
        SourceCursor text = new SourceCursor(new String(body.getBytes(UTF_8), ISO_8859_1));
        return new DirectiveScanner(text, "", new SourceScanResult.Builder()).readIncludeOperand();
    }

    /** The macro that the line defines; empty if it defines none. */
    String macro() {
        return macro;
    }

    /** The parameters of that macro, as they are spelled. */
    String parameter() {
        return parameter;
    }

    /** A new line begins. */
    void startLine() {
        macro = "";
        parameter = "";
    }

    /** Reads the rest of a directive after its name, except for a macro's body, which is code. */
    void readDirective(String name) {
        switch (name) {
            case "include", "import", "include_next" -> {
                readInclude(name.equals("include_next"));
                found.add(Feature.IMPORT, name.equals("import"));
            }
            case "endif" -> conditions--;
            case "pragma" -> {
                in.skipBlanks();
                found.add(Feature.ONCE, in.text.startsWith("once", in.at));
            }
            case "embed" -> readFileName(found.embedded, "#embed", false);
            case "define" -> readDefinition();
            case "line" -> {
                in.skipBlanks();
                readLineMarker();
            }
            case "error", "warning" -> in.skipLine();
            default -> {
                if (name.startsWith("if")) {
                    conditions++;
                }
            }
        }
    }

    /** The number and the file of a line marker; what macros compute is not looked for. */
    void readLineMarker() {
        in.skipNumber();
        in.skipBlanks();
        if (in.isAt('"')) {
            int from = in.at + 1;
            int stop = in.closing('"', from);
            found.lines.add(SourceCursor.utf8(
                    AssemblerScanner.unescaped(in.text.substring(from, Math.max(from, stop)))));
        }
        in.skipLine();
    }

    /** The name of a file after {@code what}; anything but a literal one is noted as computed. */
    void readFileName(Set<String> names, String what, boolean inParentheses) {
        in.skipBlanks();
        if (inParentheses) {
            if (!in.isAt('(')) {
                return;
            }
            in.at++;
            in.skipBlanks();
        }
        char open = in.peek();
        char close = open == '<' ? '>' : open == '"' ? '"' : 0;
        int line = in.lineEnd();
        int stop = close == 0 ? -1 : in.text.indexOf(close, in.at + 1);
        if (stop >= 0 && stop < line) {
            names.add(SourceCursor.utf8(in.text.substring(in.at + 1, stop)));
            in.at = stop + 1;
            return;
        }
        int start = in.at;
        String name = in.readName();
        if (names == found.headers && !macro.isEmpty() && !name.isEmpty() && name.equals(parameter)) {
            found.wrappers.add(macro);
        } else {
            found.computed.add(what + " " + SourceCursor.utf8(in.text.substring(start, line)).strip());
        }
    }

    private void readInclude(boolean fromNext) {
        String operand = readIncludeOperand();
        if (!isLiteral(operand)) {
            found.macros.add(operand);
            return;
        }
        found.includes.add(operand);
        if (fromNext) {
            found.next.add(operand);
        }
        if (conditions <= 0) {
            found.certain.add(operand);
        }
    }

    private void readDefinition() {
        in.skipBlanks();
        macro = in.readName();
        parameter = "";
        if (in.isAt('(')) {
            int close = in.text.indexOf(')', in.at);
            parameter = close < 0 ? "" : in.text.substring(in.at + 1, close).strip();
            in.at = close < 0 ? in.at : close + 1;
        }
        readBody();
    }

    /** What a macro is defined as; its text is read again for all else. */
    private void readBody() {
        int body = in.at;
        String operand = readIncludeOperand();
        if (wrapper == null) {
            if (isLiteral(operand)) {
                found.bodies.add(operand);
            }
        } else if (macro.equals(wrapper)) {
            found.bodies.add(parameter.isEmpty() ? operand : SourceScanResult.COMPUTED);
        }
        in.at = body;
    }

    private static boolean isLiteral(String operand) {
        return operand.startsWith("<") || operand.startsWith("\"");
    }

    /**
     * The operand of an inclusion: a literal one after its opening delimiter, the name of a macro, or {@link
     * SourceScanResult#COMPUTED}.
     */
    private String readIncludeOperand() {
        in.skipBlanks();
        int line = in.lineEnd();
        char open = in.at < line ? in.text.charAt(in.at) : '\n';
        int stop = open == '<' ? in.text.indexOf('>', in.at + 1) : open == '"' ? in.text.indexOf('"', in.at + 1) : -1;
        String operand = SourceScanResult.COMPUTED;
        if (stop >= 0 && stop < line) {
            operand = SourceCursor.utf8(in.text.substring(in.at, stop));
            in.at = stop + 1;
        } else if (SourceCursor.isNameStart(open)) {
            operand = in.readName();
        }
        if (wrapper != null || !isLiteral(operand)) {
            in.skipBlanks();
            return in.at >= line || in.text.charAt(in.at) == '\n' || in.text.startsWith("//", in.at)
                    ? operand
                    : SourceScanResult.COMPUTED;
        }
        return operand;
    }
}
