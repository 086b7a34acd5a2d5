package dev.floe.node.report.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** Text in columns, each as wide as its widest cell. */
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... titles) {
        rows.add(List.of(titles));
    }

    public void row(Object... cells) {
        List<String> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    public void write(LineSink lines) throws IOException {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            lines.accept(line.toString().stripTrailing());
        }
    }
}
