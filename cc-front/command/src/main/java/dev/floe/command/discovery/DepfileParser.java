package dev.floe.command.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the one rule that {@code -M} prints. The compilers write a name so that make reads it: a dollar doubled, a hash
 * and a white space after a backslash, backslashes doubled only where they stand before a white space; a backslash at
 * the end of a line continues it.
 */
public final class DepfileParser {
    private DepfileParser() {}

    /** The names that the rule for {@code target} depends on, in order; empty if the text is no such rule. */
    public static Optional<List<String>> prerequisites(String text, String target) {
        String head = target + ":";
        if (!text.startsWith(head)) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        int i = head.length();
        boolean ended = false;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\') {
                i = backslashes(text, i, name, names);
            } else if (c == '$' && i + 1 < text.length() && text.charAt(i + 1) == '$') {
                name.append('$');
                i += 2;
            } else if (c == ' ' || c == '\t' || c == '\r') {
                end(name, names);
                i++;
            } else if (c == '\n') {
                end(name, names);
                ended = true;
                break;
            } else {
                name.append(c);
                i++;
            }
        }
        end(name, names);
        return ended && text.substring(i).isBlank() ? Optional.of(names) : Optional.empty();
    }

    private static int backslashes(String text, int start, StringBuilder name, List<String> names) {
        int end = start;
        while (end < text.length() && text.charAt(end) == '\\') {
            end++;
        }
        int count = end - start;
        char next = end < text.length() ? text.charAt(end) : 0;
        if (next == '\n' || next == '\r' && text.startsWith("\r\n", end)) {
            name.repeat('\\', count - 1);
            end(name, names);
            return end + (next == '\n' ? 1 : 2);
        }
        if (next == ' ' || next == '\t') {
            name.repeat('\\', count / 2);
            if (count % 2 == 1) {
                name.append(next);
                return end + 1;
            }
            return end;
        }
        if (next == '#') {
            name.repeat('\\', count - 1).append('#');
            return end + 1;
        }
        name.repeat('\\', count);
        return end;
    }

    private static void end(StringBuilder name, List<String> names) {
        if (!name.isEmpty()) {
            names.add(name.toString());
            name.setLength(0);
        }
    }
}
