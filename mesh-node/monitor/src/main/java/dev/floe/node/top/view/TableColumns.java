package dev.floe.node.top.view;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.terminal.ScreenFrame;

/** The columns of a table in a row of a given width. Columns of a high rank are left out where the row is narrow. */
final class TableColumns {
    private final List<Column> columns;
    private final int[] starts; // -1: left out
    private final int[] widths;

    /**
     * A column.
     *
     * @param width  at least
     * @param wanted at most
     * @param rank   0 is always there; among the others the lowest is the last to be left out
     */
    record Column(String title, int width, int wanted, int rank, boolean right) {
        static Column left(String title, int width, int wanted, int rank) {
            return new Column(title, width, Math.max(width, wanted), rank, false);
        }

        static Column right(String title, int width, int rank) {
            return new Column(title, width, width, rank, true);
        }
    }

    private TableColumns(List<Column> columns, int[] starts, int[] widths) {
        this.columns = columns;
        this.starts = starts;
        this.widths = widths;
    }

    static TableColumns of(int total, List<Column> columns) {
        int[] widths = new int[columns.size()];
        int left = total + 1;
        int[] byRank = IntStream.range(0, columns.size()).boxed()
                .sorted(Comparator.comparingInt(each -> columns.get(each).rank())).mapToInt(Integer::intValue)
                .toArray();
        for (int each : byRank) {
            int width = columns.get(each).width();
            if (columns.get(each).rank() == 0 || width < left) {
                widths[each] = width;
                left -= width + 1;
            }
        }
        for (int each : byRank) {
            if (widths[each] > 0 && left > 0) {
                int more = Math.min(left, columns.get(each).wanted() - widths[each]);
                widths[each] += more;
                left -= more;
            }
        }
        int[] starts = new int[columns.size()];
        int at = 0;
        for (int each = 0; each < starts.length; each++) {
            starts[each] = widths[each] == 0 ? -1 : at;
            at += widths[each] == 0 ? 0 : widths[each] + 1;
        }
        return new TableColumns(columns, starts, widths);
    }

    boolean isShown(int column) {
        return starts[column] >= 0;
    }

    int start(int column) {
        return starts[column];
    }

    int width(int column) {
        return widths[column];
    }

    /** Writes the titles over the columns. */
    void writeTitles(ScreenFrame screen, int row, CellStyle style) {
        for (int column = 0; column < starts.length; column++) {
            write(screen, row, column, columns.get(column).title(), style);
        }
    }

    void write(ScreenFrame screen, int row, int column, String text, CellStyle style) {
        if (isShown(column)) {
            put(screen, row, column, DisplayText.firstColumns(text, widths[column]), style);
        }
    }

    /** Writes a text whose end matters more than its beginning. */
    void writeEnd(ScreenFrame screen, int row, int column, String text, CellStyle style) {
        if (isShown(column)) {
            put(screen, row, column, DisplayText.lastColumns(text, widths[column]), style);
        }
    }

    private void put(ScreenFrame screen, int row, int column, String text, CellStyle style) {
        int indent = columns.get(column).right() ? widths[column] - DisplayText.width(text) : 0;
        screen.write(row, starts[column] + Math.max(0, indent), widths[column], text, style);
    }
}
