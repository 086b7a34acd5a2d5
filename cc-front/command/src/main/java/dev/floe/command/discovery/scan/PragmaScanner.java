package dev.floe.command.discovery.scan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code #pragma GCC dependency "file"}, which compares the times of two files, in what a scanner reads word by
 * word. It may stand in the text of a {@code _Pragma}, and macros may make it, so its words are looked for wherever
 * they are.
 */
public final class PragmaScanner {
    static final String WORD = "dependency";
    /** The shortest rest and the shortest beginning of the word that no program has for a name. */
    private static final int MIN_REST = 4;
    private static final int MIN_BEGINNING = 7;
    private static final Pattern IN_TEXT = Pattern
            .compile("\\b(?:GCC|clang)\\b(?:\\s|/\\*.*?\\*/)*\\bdependency\\b\\s*(?:\\\\?\"([^\"\\\\]+)|<([^>]+)>)?",
                    Pattern.DOTALL);
    private static final Pattern OPERAND = Pattern.compile("\\G\\s*\"([^\"\\n]+)\"|\\G\\s*<([^>\\s]*[./][^>\\s]*)>");

    /** The word in the value of a macro, and not in the name of a file. */
    private static final Pattern IN_DEFINITION = Pattern.compile("(?<![\\w./-])" + WORD + "(?![\\w./-])");

    /** What the pragma may be put together from, in one text or in several. */
    public enum Part {
        /** A macro that hands its parameter to {@code GCC} or {@code clang}. */
        HANDED_WORD,
        /** The word itself, or a piece of it. */
        WORD
    }

    private final Set<String> operands;
    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private String last = "";
    private boolean certain;

    /** @param operands gets the files that the pragmas name */
    PragmaScanner(Set<String> operands) {
        this.operands = operands;
    }

    /** Whether there is such a pragma. */
    boolean isCertain() {
        return certain;
    }

    Set<Part> parts() {
        return parts;
    }

    /** Whether the parts of several texts may make one. */
    public static boolean isPossible(Set<Part> parts) {
        return parts.contains(Part.HANDED_WORD) && parts.contains(Part.WORD);
    }

    /** Whether an option may define a macro that makes such a pragma. */
    public static boolean isDefined(List<String> arguments) {
        String before = "";
        for (String argument : arguments) {
            boolean defines = before.equals("-D") || before.equals("--define-macro") || argument.startsWith("-D")
                    || argument.startsWith("--define-macro=") || argument.startsWith("-Wp,");
            if (defines && IN_DEFINITION.matcher(argument).find()) {
                return true;
            }
            before = argument;
        }
        return false;
    }

    /**
     * A word of a text.
     *
     * @param text       the whole text
     * @param next       where the text continues after it and after blanks
     * @param parameters those of the macro in whose body it stands; empty if it stands in none
     * @param inBody     whether it stands in a macro's body
     */
    void word(String word, String text, int next, String parameters, boolean inBody) {
        if (isFamily(last) && isAmong(word, parameters)) {
            parts.add(Part.HANDED_WORD);
        }
        if (word.equals(WORD)) {
            Matcher operand = OPERAND.matcher(text).region(next, text.length());
            boolean named = operand.find();
            if (named) {
                add(operand);
            }
            certain |= named || isFamily(last) || inBody && (next >= text.length() || text.charAt(next) == '\n');
            parts.add(Part.WORD);
        } else {
            certain |= word.length() >= MIN_REST && WORD.endsWith(word)
                    || word.length() >= MIN_BEGINNING && WORD.startsWith(word);
        }
        last = word;
    }

    /**
     * Passes over a word that {@link #word} would make nothing of.
     *
     * @return false if it must be given to {@link #word}, because it, or the one before it, is of such a pragma
     */
    boolean skipsWord(String text, int from, int to) {
        int length = to - from;
        if (isFamily(last) || length >= MIN_REST && WORD.regionMatches(WORD.length() - length, text, from, length)
                || length >= MIN_BEGINNING && WORD.regionMatches(0, text, from, length)
                || text.startsWith("GCC", from) || text.startsWith("clang", from)) {
            return false;
        }
        last = "";
        return true;
    }

    /** What stands between quotes. */
    void literal(String content) {
        if (content.contains(WORD)) {
            Matcher pragma = IN_TEXT.matcher(content);
            while (pragma.find()) {
                certain = true;
                add(pragma);
            }
        }
    }

    private void add(Matcher operand) {
        for (int group = 1; group <= 2; group++) {
            if (operand.group(group) != null) {
                operands.add(SourceCursor.utf8(operand.group(group)));
            }
        }
    }

    private static boolean isFamily(String word) {
        return word.equals("GCC") || word.equals("clang");
    }

    private static boolean isAmong(String word, String parameters) {
        for (String parameter : parameters.split(",", -1)) {
            if (parameter.strip().equals(word)) {
                return true;
            }
        }
        return false;
    }
}
