package dev.floe.node.top.view;

import java.util.ArrayList;
import java.util.List;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchedMesh;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.ScreenFrame;

/** Draws what has been reported, as the user wants to see it, on a screen of any size. */
public final class TopLayout {
    private static final int MIN_ROWS_FOR_FIGURES = 8;
    private static final int FIGURES = 3;
    private static final int MIN_LIST = 3;
    private static final int MAX_ENDED = 12;

    private final TopModel model;
    private final TopView view;
    private final ShownRows shown;
    private final ScreenFrame screen;

    private TopLayout(TopModel model, TopView view, ScreenFrame screen) {
        this.model = model;
        this.view = view;
        this.screen = screen;
        shown = ShownRows.of(model, view);
    }

    public static ScreenFrame draw(TopModel model, TopView view, int rows, int columns) {
        ScreenFrame screen = new ScreenFrame(rows, columns);
        new TopLayout(model, view, screen).draw();
        return screen;
    }

    /** Lines of the list that has the keys, for Page Up and Page Down. */
    public static int pageLines(TopModel model, TopView view, int rows) {
        int body = body(rows);
        return Math.max(1, view.page() == TopView.TopPage.MESH
                ? heights(ShownRows.of(model, view), body)[view.pane().ordinal()] - 1
                : body);
    }

    private static int figures(int rows) {
        return rows < MIN_ROWS_FOR_FIGURES ? 1 : FIGURES;
    }

    /** Rows between the figures with the status below them and the line of keys. */
    private static int body(int rows) {
        return Math.max(0, rows - figures(rows) - 2);
    }

    private void draw() {
        int figures = figures(screen.rows());
        model.mesh().ifPresent(mesh -> drawFigures(mesh, figures));
        drawStatus(figures);
        int top = figures + 1;
        int height = body(screen.rows());
        switch (view.page()) {
            case MESH -> drawLists(top, height);
            case REASONS -> TextPage.write(screen, top, height, TextPage.reasons(shown.reasons(), screen.columns()),
                    view.scroll());
            case HELP -> TextPage.write(screen, top, height, HelpText.LINES, view.scroll());
        }
        drawKeys();
    }

    private void drawFigures(WatchedMesh mesh, int rows) {
        if (rows == 1) {
            HeaderLines.write(screen, 0, HeaderLines.slots(mesh.totals()), CellStyle.BOLD);
            return;
        }
        HeaderLines.write(screen, 0, HeaderLines.mesh(mesh), CellStyle.BOLD);
        HeaderLines.write(screen, 1, HeaderLines.slots(mesh.totals()), CellStyle.PLAIN);
        HeaderLines.write(screen, 2, HeaderLines.jobs(mesh.totals()), CellStyle.PLAIN);
        HeaderLines.writeRates(screen, 2, screen.line(2).length(), model.rates());
    }

    private void drawStatus(int row) {
        if (view.isTyping()) {
            screen.write(row, 0, "show what contains: " + view.filter() + "_  (Enter: keep, Escape: as before)",
                    CellStyle.BOLD);
            return;
        }
        List<String> parts = new ArrayList<>();
        if (view.isPaused()) {
            parts.add("HELD STILL (p: continue)");
        }
        if (!view.filter().isEmpty()) {
            parts.add("containing \"" + view.filter() + "\"");
        }
        if (!view.node().isEmpty()) {
            parts.add("node " + view.node() + " alone");
        }
        if (!view.build().isEmpty()) {
            parts.add("build " + view.build() + " alone");
        }
        boolean trouble = !model.trouble().isEmpty();
        if (trouble || !view.message().isEmpty() || !parts.isEmpty()) {
            screen.write(row, 0, trouble
                    ? model.trouble()
                    : view.message().isEmpty() ? String.join(", ", parts) : view.message(),
                    trouble ? CellStyle.ALARM.reversed() : CellStyle.BOLD);
        } else if (view.page() == TopView.TopPage.MESH) {
            screen.write(row, 0, shown.details(view.pane(), selected(view.pane())), CellStyle.PLAIN);
        }
    }

    /** Rows of the three lists, each with its titles; zero for one that has no room. */
    static int[] heights(ShownRows shown, int body) {
        if (body < 2 * MIN_LIST) {
            return new int[]{body, 0, 0};
        }
        int wantedNodes = Math.max(2, shown.nodes().size() + 1);
        if (body < 3 * MIN_LIST) {
            int nodes = Math.min(wantedNodes, body - MIN_LIST);
            return new int[]{nodes, body - nodes, 0};
        }
        int ended = Math.max(MIN_LIST, Math.min(MAX_ENDED, body / 4));
        int nodes = Math.min(wantedNodes, Math.max(MIN_LIST, (body - ended) * 3 / 5));
        return new int[]{nodes, body - nodes - ended, ended};
    }

    private void drawLists(int top, int body) {
        int[] heights = heights(shown, body);
        int row = top;
        if (heights[0] > 0) {
            drawNodes(row, heights[0]);
        }
        row += heights[0];
        if (heights[1] > 0) {
            drawRunning(row, heights[1]);
        }
        row += heights[1];
        if (heights[2] > 0) {
            drawEnded(row, heights[2]);
        }
    }

    private void drawNodes(int row, int height) {
        NodeTable table = new NodeTable(shown.nodes(), model.running(), model.marks());
        TableColumns columns = table.columns(screen.columns(), title("nodes", ListPane.NODES, height - 1));
        drawTitles(columns, row, ListPane.NODES);
        List<MeshMember> nodes = shown.nodes();
        drawRows(ListPane.NODES, row + 1, height - 1, (at, line) -> table.write(screen, columns, at, nodes.get(line)));
    }

    private void drawRunning(int row, int height) {
        JobTables tables = new JobTables(model.marks());
        TableColumns columns = JobTables.runningColumns(screen.columns(),
                title("running", ListPane.RUNNING, height - 1));
        drawTitles(columns, row, ListPane.RUNNING);
        List<RunningRow> jobs = shown.running();
        drawRows(ListPane.RUNNING, row + 1, height - 1,
                (at, line) -> tables.write(screen, columns, at, jobs.get(line)));
    }

    private void drawEnded(int row, int height) {
        JobTables tables = new JobTables(model.marks());
        TableColumns columns = JobTables.endedColumns(screen.columns(), title("ended", ListPane.ENDED, height - 1));
        drawTitles(columns, row, ListPane.ENDED);
        List<EndedRow> jobs = shown.ended();
        drawRows(ListPane.ENDED, row + 1, height - 1, (at, line) -> tables.write(screen, columns, at, jobs.get(line)));
    }

    private String title(String noun, ListPane pane, int lines) {
        int size = shown.size(pane);
        if (size <= lines || lines <= 0) {
            return noun + " " + size;
        }
        int first = first(pane, lines);
        return noun + " " + (first + 1) + "-" + Math.min(size, first + lines) + " of " + size;
    }

    private void drawTitles(TableColumns columns, int row, ListPane pane) {
        CellStyle style = view.pane() == pane ? CellStyle.BOLD : CellStyle.DIM;
        columns.writeTitles(screen, row, style);
        if (view.pane() == pane) {
            screen.write(row, 0, ">", style);
        }
    }

    /** Draws a line of a list. */
    private interface RowWriter {
        void write(int row, int line);
    }

    private void drawRows(ListPane pane, int row, int lines, RowWriter writer) {
        int first = first(pane, lines);
        for (int line = first; line < Math.min(shown.size(pane), first + lines); line++) {
            writer.write(row + line - first, line);
            if (view.pane() == pane && line == selected(pane)) {
                screen.highlight(row + line - first);
            }
        }
    }

    private int selected(ListPane pane) {
        return Math.max(0, Math.min(view.selected(pane), shown.size(pane) - 1));
    }

    /** The first line of the page on which the selected line is. */
    private int first(ListPane pane, int lines) {
        return lines <= 0 ? 0 : selected(pane) / lines * lines;
    }

    private void drawKeys() {
        if (screen.rows() < 2) {
            return;
        }
        String order = view.order(view.pane()) + (view.isReversed(view.pane()) ? ", reverse" : "");
        screen.write(screen.rows() - 1, 0, switch (view.page()) {
            case MESH -> "q quit  ? help  Tab list  s order: " + order
                    + "  / filter  n node  b build  r reasons  p hold still";
            case REASONS -> "q quit  ? help  r back to the mesh  arrows scroll  / filter";
            case HELP -> "q quit  ? back to the mesh  arrows scroll";
        }, CellStyle.DIM);
    }
}
