package dev.floe.node.cli.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The Markdown of the documentation as plain text of 80 columns: paragraphs, lists, tables, code. */
final class MarkdownText {
    private static final int COLUMNS = 80;
    private static final Pattern TAG = Pattern.compile("<!--.*?-->|</?a\\b[^>]*>|</?img\\b[^>]*>");
    private static final Pattern LINK = Pattern.compile("!?\\[([^]]*)]\\([^)]*\\)");
    private static final Pattern LIST_ITEM = Pattern.compile("- .*");

    private final StringBuilder text = new StringBuilder();
    private final List<String> paragraph = new ArrayList<>(); // its lines, not yet written
    private boolean fenced;
    private boolean inTable; // after its first row

    private MarkdownText() {}

    static String render(List<String> lines) {
        MarkdownText rendered = new MarkdownText();
        lines.forEach(rendered::add);
        rendered.flush();
        return rendered.text.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }

    private void add(String line) {
        if (line.startsWith("```")) {
            flush();
            fenced = !fenced;
            text.append('\n');
        } else if (fenced || (line.startsWith("    ") && paragraph.isEmpty())) {
            text.append(fenced ? "    " : "").append(line).append('\n');
        } else if (line.startsWith("|")) {
            flush();
            row(line);
        } else if (line.isBlank()) {
            flush();
            inTable = false;
            text.append('\n');
        } else {
            if (LIST_ITEM.matcher(line).matches()) {
                flush();
            }
            paragraph.add(line.strip());
        }
    }

    private void flush() {
        if (paragraph.isEmpty()) {
            return;
        }
        String all = plain(String.join(" ", paragraph));
        paragraph.clear();
        if (!all.isEmpty()) {
            wrap(all, all.startsWith("- ") ? "  " : "", "");
        }
    }

    /** The cells of a row below each other, the first alone on its line; without the titles of the columns. */
    private void row(String line) {
        List<String> cells = Arrays.stream(line.substring(1).replaceFirst("\\|\\s*$", "").split("(?<!\\\\)\\|"))
                .map(cell -> plain(cell.strip())).toList();
        boolean titles = !inTable;
        inTable = true;
        if (titles || cells.stream().allMatch(cell -> cell.matches("-*"))) {
            return;
        }
        wrap(cells.getFirst(), "  ", "  ");
        String rest = String.join("; ", cells.stream().skip(1).filter(cell -> !cell.isEmpty()).toList());
        if (!rest.isEmpty()) {
            wrap(rest, "      ", "      ");
        }
    }

    private void wrap(String words, String indent, String first) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : words.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                text.append(line).append('\n');
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
    }

    private static String plain(String markdown) {
        return LINK.matcher(TAG.matcher(markdown).replaceAll("")).replaceAll("$1").replace("**", "").replace("`", "")
                .replace("\\|", "|").replaceAll("(?<![\\w*])\\*([^*]+)\\*(?![\\w*])", "$1").replaceAll(" +", " ")
                .strip();
    }
}
