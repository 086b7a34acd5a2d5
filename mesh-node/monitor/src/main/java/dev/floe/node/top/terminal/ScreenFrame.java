package dev.floe.node.top.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A frame: rows of cells, each with its text and its style. The right half of a wide character is a cell with empty
 * text. Belongs to one thread.
 */
public final class ScreenFrame {
    private static final String BLANK = " ";

    private final int rows;
    private final int columns;
    private final String[] texts;
    private final CellStyle[] styles;

    public ScreenFrame(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        texts = new String[rows * columns];
        styles = new CellStyle[rows * columns];
        Arrays.fill(texts, BLANK);
        Arrays.fill(styles, CellStyle.PLAIN);
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    String text(int row, int column) {
        return texts[row * columns + column];
    }

    CellStyle style(int row, int column) {
        return styles[row * columns + column];
    }

    boolean isBlank(int row, int column) {
        int cell = row * columns + column;
        return texts[cell].equals(BLANK) && styles[cell].equals(CellStyle.PLAIN);
    }

    /**
     * Writes text; what does not fit into the row is left out.
     *
     * @return the column after it
     */
    public int write(int row, int column, String text, CellStyle style) {
        return write(row, column, columns - column, text, style);
    }

    /** The same in at most {@code width} columns. */
    public int write(int row, int column, int width, String text, CellStyle style) {
        int end = Math.min(columns, column + width);
        if (row < 0 || row >= rows || column < 0) {
            return column;
        }
        int[] at = {column};
        boolean[] full = {false};
        DisplayText.cells(text, (cell, taken) -> {
            full[0] |= at[0] + taken > end;
            if (!full[0]) {
                set(row, at[0], cell, style);
                if (taken > 1) {
                    set(row, at[0] + 1, "", style);
                }
                at[0] += taken;
            }
        });
        return at[0];
    }

    private void set(int row, int column, String text, CellStyle style) {
        texts[row * columns + column] = text;
        styles[row * columns + column] = style;
    }

    /** Adds reverse video to a row. */
    public void highlight(int row) {
        for (int cell = row * columns; cell < (row + 1) * columns && row >= 0 && row < rows; cell++) {
            styles[cell] = styles[cell].reversed();
        }
    }

    /** The text of a row, without blanks at its end. */
    public String line(int row) {
        return String.join("", Arrays.asList(texts).subList(row * columns, (row + 1) * columns)).stripTrailing();
    }

    public List<String> lines() {
        return IntStream.range(0, rows).mapToObj(this::line).toList();
    }
}
