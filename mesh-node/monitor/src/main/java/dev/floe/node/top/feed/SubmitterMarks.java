package dev.floe.node.top.feed;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.floe.node.top.terminal.CellStyle;

/** The letter and the colour of each submitter. Both stay while the program runs. Belongs to one thread. */
public final class SubmitterMarks {
    private static final int MAX_SUBMITTERS = 2000;
    private static final int LETTERS = 26;
    /** Not black, white and grey, which may be the terminal's background. */
    private static final int[] COLOURS = {2, 6, 3, 5, 4, 1, 10, 14, 11, 13, 12, 9};

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** A submitter's letter, a capital for what it compiles itself. */
    public record Mark(char letter, CellStyle style) {
        public static final Mark UNKNOWN = new Mark('+', CellStyle.BOLD);

        public Mark local() {
            return new Mark(Character.toUpperCase(letter), style);
        }
    }

    /** Gives marks to those that have none, in the order of their names. */
    void add(Collection<String> names) {
        names.stream().filter(name -> !name.isEmpty() && !numbers.containsKey(name)).distinct().sorted()
                .limit(Math.max(0, MAX_SUBMITTERS - numbers.size()))
                .forEach(name -> numbers.put(name, numbers.size()));
    }

    public Mark get(String name) {
        Integer number = numbers.get(name);
        return number == null
                ? Mark.UNKNOWN
                : new Mark((char) ('a' + number % LETTERS), CellStyle.ofColour(COLOURS[number % COLOURS.length]));
    }
}
