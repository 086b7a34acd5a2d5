package dev.floe.node.top.terminal;

import org.jspecify.annotations.Nullable;

/**
 * The difference of two frames: what a terminal must get to show the next one. Cells that stay are skipped; a short gap
 * between two changes is written again, because moving the cursor takes more bytes. Each difference begins and ends in
 * the plain style, at any place of the cursor.
 */
public final class FrameDiff {
    private static final int MAX_GAP = 4;
    private static final int MIN_ERASED = 4;

    private final StringBuilder out = new StringBuilder();
    private final @Nullable ScreenFrame before;
    private final ScreenFrame after;
    private final boolean colours;
    private CellStyle style = CellStyle.PLAIN;
    private int cursorRow = -1;
    private int cursorColumn = -1;

    private FrameDiff(@Nullable ScreenFrame before, ScreenFrame after, boolean colours) {
        this.before = before;
        this.after = after;
        this.colours = colours;
    }

    /** @param before what the terminal shows; null, or a frame of another size, if the screen must be cleared */
    public static String of(@Nullable ScreenFrame before, ScreenFrame after, boolean colours) {
        boolean comparable = before != null && before.rows() == after.rows() && before.columns() == after.columns();
        FrameDiff diff = new FrameDiff(comparable ? before : null, after, colours);
        if (!comparable) {
            diff.out.append("\033[m\033[2J");
        }
        for (int row = 0; row < after.rows(); row++) {
            diff.row(row);
        }
        diff.use(CellStyle.PLAIN);
        return diff.out.toString();
    }

    private void row(int row) {
        int end = after.columns();
        while (end > 0 && after.isBlank(row, end - 1)) {
            end--;
        }
        for (int column = 0; column < end; column++) {
            if (differs(row, column) && !after.text(row, column).isEmpty()) {
                moveTo(row, column);
                put(row, column);
            }
        }
        eraseAfter(row, end);
    }

    private void eraseAfter(int row, int end) {
        int first = -1;
        int count = 0;
        for (int column = end; column < after.columns(); column++) {
            if (differs(row, column)) {
                first = first < 0 ? column : first;
                count++;
            }
        }
        if (count >= MIN_ERASED) {
            moveTo(row, first);
            use(CellStyle.PLAIN);
            out.append("\033[K");
            return;
        }
        for (int column = Math.max(first, 0); column < after.columns() && count > 0; column++) {
            if (differs(row, column)) {
                moveTo(row, column);
                put(row, column);
                count--;
            }
        }
    }

    private boolean differs(int row, int column) {
        return before == null
                ? !after.isBlank(row, column)
                : !before.text(row, column).equals(after.text(row, column))
                        || !look(before, row, column).equals(look(after, row, column));
    }

    private CellStyle look(ScreenFrame screen, int row, int column) {
        CellStyle look = screen.style(row, column);
        return colours ? look : look.withoutColour();
    }

    private void moveTo(int row, int column) {
        if (row == cursorRow && column == cursorColumn) {
            return;
        }
        int gap = column - cursorColumn;
        if (row == cursorRow && gap > 0 && gap <= MAX_GAP && isUniform(row, column)) {
            while (cursorColumn < column) {
                put(row, cursorColumn);
            }
            return;
        }
        if (row == cursorRow && gap > 0) {
            out.append("\033[").append(gap == 1 ? "" : gap).append('C');
        } else {
            out.append("\033[").append(row + 1).append(column == 0 ? "" : ";" + (column + 1)).append('H');
        }
        cursorRow = row;
        cursorColumn = column;
    }

    /** Whether the cells from the cursor on are of one column each and look like the text before. */
    private boolean isUniform(int row, int column) {
        for (int each = cursorColumn; each < column; each++) {
            if (after.text(row, each).length() != 1 || !look(after, row, each).equals(style)) {
                return false;
            }
        }
        return column >= after.columns() || !after.text(row, column).isEmpty();
    }

    private void put(int row, int column) {
        use(look(after, row, column));
        out.append(after.text(row, column));
        cursorColumn = column + 1;
        while (cursorColumn < after.columns() && after.text(row, cursorColumn).isEmpty()) {
            cursorColumn++;
        }
        cursorRow = row;
    }

    private void use(CellStyle next) {
        if (!next.equals(style)) {
            out.append(next.sequenceAfter(style));
            style = next;
        }
    }
}
