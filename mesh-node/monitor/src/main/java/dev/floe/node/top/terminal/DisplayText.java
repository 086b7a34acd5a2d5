package dev.floe.node.top.terminal;

import java.util.function.BiConsumer;

import org.jline.utils.WCWidth;

/**
 * Text as a terminal shows it: cells of one or two columns. A cell is a character and the combining marks on it.
 * Characters that control a terminal, that have no width of their own or that change the direction of text are
 * replaced.
 */
public final class DisplayText {
    private static final int MAX_MARKS = 2;
    private static final String ELLIPSIS = "\u2026";
    private static final int REPLACEMENT = '?';

    private DisplayText() {}

    /** @param cell takes the text and the columns of each cell, in order */
    static void cells(String text, BiConsumer<String, Integer> cell) {
        StringBuilder open = new StringBuilder();
        int width = 0;
        int marks = 0;
        for (int i = 0; i < text.length();) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (isSelector(character)) {
                continue;
            }
            if (isMark(character) && width > 0) {
                if (marks++ < MAX_MARKS) {
                    open.appendCodePoint(character);
                }
                continue;
            }
            if (width > 0) {
                cell.accept(open.toString(), width);
            }
            int shown = shown(character);
            open.setLength(0);
            open.appendCodePoint(shown);
            width = shown < 0x7f ? 1 : Math.max(1, WCWidth.wcwidth(shown));
            marks = 0;
        }
        if (width > 0) {
            cell.accept(open.toString(), width);
        }
    }

    /** Columns that the text takes. */
    public static int width(String text) {
        int[] width = {0};
        cells(text, (_, columns) -> width[0] += columns);
        return width[0];
    }

    /** The text without what a terminal must not get. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        cells(text, (cell, _) -> clean.append(cell));
        return clean.toString();
    }

    /** The end of the text, with a mark before it if something is cut off; for paths, whose end tells them apart. */
    public static String lastColumns(String text, int columns) {
        if (text.length() <= columns && width(text) <= columns) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        int[] spare = {width(text) + 1 - columns};
        cells(text, (cell, width) -> {
            if (spare[0] <= 0) {
                all.append(cell);
            }
            spare[0] -= width;
        });
        return columns <= 0 ? "" : ELLIPSIS + all;
    }

    /** The beginning of the text, with a mark after it if something is cut off. */
    public static String firstColumns(String text, int columns) {
        if (text.length() <= columns && width(text) <= columns) {
            return text;
        }
        StringBuilder part = new StringBuilder();
        int[] left = {columns - 1};
        cells(text, (cell, width) -> {
            left[0] -= width;
            if (left[0] >= 0) {
                part.append(cell);
            }
        });
        return columns <= 0 ? "" : part + ELLIPSIS;
    }

    private static int shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE, Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK ->
                REPLACEMENT;
            case Character.SPACE_SEPARATOR -> ' ';
            default -> character;
        };
    }

    private static boolean isMark(int character) {
        int type = Character.getType(character);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    /** Terminals differ in whether a variation selector changes a character's width. */
    private static boolean isSelector(int character) {
        return character >= 0xfe00 && character <= 0xfe0f || character >= 0xe0100 && character <= 0xe01ef;
    }
}
