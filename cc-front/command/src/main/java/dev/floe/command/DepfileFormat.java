package dev.floe.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The line breaks of a dependency file, so that one made for one path can be written as the compiler would write it for
 * another. Each breaks its first rule where the next name would pass a column, counted in its own way; the rules that
 * {@code -MP} adds are never broken.
 */
public enum DepfileFormat {
    GCC {
        @Override
        String rule(List<String> names) {
            StringBuilder text = new StringBuilder();
            int column = 0;
            for (String name : names) {
                int colon = name.endsWith(":") ? 1 : 0;
                int size = name.length() - colon;
                if (column > 0) {
                    if (column + size > GCC_COLUMNS) {
                        text.append(" \\\n");
                        column = 0;
                    }
                    text.append(' ');
                    column++;
                }
                text.append(name);
                column += size + colon;
            }
            return text.toString();
        }
    },
    CLANG {
        @Override
        String rule(List<String> names) {
            StringBuilder text = new StringBuilder();
            int column = 0;
            int more = 2; // room to be left behind a target; behind a file one more
            for (String name : names) {
                int colon = name.endsWith(":") ? 1 : 0;
                int size = name.length() - colon;
                if (column == 0) {
                    column = size;
                } else if (column + size + more > CLANG_COLUMNS) {
                    text.append(" \\\n  ");
                    column = size + more;
                } else {
                    text.append(' ');
                    column += size + 1;
                }
                text.append(name);
                column += colon;
                more += colon;
            }
            return text.toString();
        }
    };

    private static final Pattern TARGET = Pattern.compile("^[^#\\s][^\\t]*:( |$)");
    private static final int GCC_COLUMNS = 72;
    private static final int CLANG_COLUMNS = 75;

    /** A rule as this compiler would break it. */
    abstract String rule(List<String> names);

    /**
     * The layout that gives just this text; empty if it is no dependency file, or laid out in a way that is not known.
     */
    public static Optional<DepfileFormat> of(String text) {
        for (DepfileFormat layout : values()) {
            if (isRules(text) && layout.render(text).equals(text)) {
                return Optional.of(layout);
            }
        }
        return Optional.empty();
    }

    /** Whether a text is one rule with a target, and after it none but rules without prerequisites. */
    private static boolean isRules(String text) {
        List<String> lines = text.replace("\\\n", "").lines().toList();
        return !lines.isEmpty() && TARGET.matcher(lines.getFirst()).find()
                && lines.stream().skip(1).allMatch(line -> line.isEmpty() || line.endsWith(":"));
    }

    /** Breaks the lines of a dependency file again. */
    public String render(String text) {
        int end = text.indexOf('\n');
        while (end > 0 && text.charAt(end - 1) == '\\') {
            end = text.indexOf('\n', end + 1);
        }
        if (end < 0) {
            return text;
        }
        return rule(names(text.substring(0, end))) + text.substring(end);
    }

    /** The names of a rule, those with spaces in one piece. */
    private static List<String> names(String rule) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        String line = rule.replaceAll(" \\\\\n +", " ");
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ' ' && (i == 0 || line.charAt(i - 1) != '\\')) {
                names.add(name.toString());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        names.add(name.toString());
        return names;
    }
}
