package dev.floe.node.top.view;

import java.util.ArrayList;
import java.util.List;

import dev.floe.node.top.feed.WatchedMesh.LocalReasonCount;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.terminal.ScreenFrame;

/** A page of lines that can be scrolled. */
final class TextPage {
    private static final int COUNT_COLUMNS = 8;
    private static final String INDENT = " ".repeat(COUNT_COLUMNS + 2);
    private static final int MIN_WRAP = 20;

    private TextPage() {}

    static void write(ScreenFrame screen, int row, int height, List<String> lines, int scroll) {
        int first = Math.max(0, Math.min(scroll, lines.size() - height));
        for (int line = 0; line < height && first + line < lines.size(); line++) {
            String text = lines.get(first + line);
            screen.write(row + line, 0, text, text.startsWith(" ") ? CellStyle.PLAIN : CellStyle.BOLD);
        }
    }

    /** Why jobs ran locally: the count, the reason, and below it what to do. */
    static List<String> reasons(List<LocalReasonCount> reasons, int columns) {
        List<String> lines = new ArrayList<>();
        lines.add("Why jobs ran locally, and what to do");
        if (reasons.isEmpty()) {
            lines.add("  no job ran locally, or none that matches");
        }
        for (LocalReasonCount reason : reasons) {
            lines.add("");
            lines.addAll(wrapped(String.format("%" + COUNT_COLUMNS + "d  ", reason.count()), reason.reason(), columns));
            if (!reason.advice().isEmpty()) {
                lines.addAll(wrapped(INDENT, reason.advice(), columns));
            }
        }
        return lines;
    }

    private static List<String> wrapped(String first, String text, int columns) {
        int width = Math.max(MIN_WRAP, columns - INDENT.length());
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : DisplayText.clean(text).split(" ")) {
            if (!line.isEmpty() && DisplayText.width(line.toString()) + 1 + DisplayText.width(word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        List<String> indented = new ArrayList<>();
        for (String each : lines) {
            indented.add((indented.isEmpty() ? first : INDENT) + each);
        }
        return indented;
    }
}
