package dev.floe.node.top.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.jline.utils.WCWidth;

/** A terminal that knows the sequences of {@link FrameDiff} and no others. */
final class TerminalModel {
    private final int rows;
    private final int columns;
    private final String[][] texts;
    private final String[][] styles;
    private final TreeSet<String> style = new TreeSet<>();
    private int row;
    private int column;

    TerminalModel(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        texts = new String[rows][columns];
        styles = new String[rows][columns];
        erase(0, 0, rows * columns);
    }

    void write(String output) {
        for (int i = 0; i < output.length();) {
            int character = output.codePointAt(i);
            i += Character.charCount(character);
            if (character == '\033') {
                int end = i + 1;
                while (!Character.isLetter(output.charAt(end))) {
                    end++;
                }
                control(output.substring(i + 1, end), output.charAt(end));
                i = end + 1;
            } else {
                put(character);
            }
        }
    }

    private void control(String parameters, char last) {
        String[] numbers = parameters.split(";");
        switch (last) {
            case 'H' -> {
                row = Integer.parseInt(numbers[0]) - 1;
                column = numbers.length > 1 ? Integer.parseInt(numbers[1]) - 1 : 0;
            }
            case 'C' -> column += parameters.isEmpty() ? 1 : Integer.parseInt(parameters);
            case 'K' -> erase(row, column, columns - column);
            case 'J' -> erase(0, 0, rows * columns);
            case 'm' -> List.of(numbers).forEach(this::look);
            default -> throw new AssertionError("unknown sequence " + parameters + last);
        }
    }

    private void look(String code) {
        if (code.isEmpty() || code.equals("0")) {
            style.clear();
            return;
        }
        style.removeIf(each -> code.length() > 1 && each.length() > 1);
        style.add(code);
    }

    private void put(int character) {
        int width = WCWidth.wcwidth(character);
        if (width == 0) {
            texts[row][column - 1] += Character.toString(character);
            return;
        }
        texts[row][column] = Character.toString(character);
        styles[row][column] = style.toString();
        if (width == 2) {
            texts[row][column + 1] = "";
            styles[row][column + 1] = style.toString();
        }
        column += width;
    }

    private void erase(int fromRow, int fromColumn, int count) {
        for (int cell = fromRow * columns + fromColumn; count > 0; cell++, count--) {
            texts[cell / columns][cell % columns] = " ";
            styles[cell / columns][cell % columns] = style.toString();
        }
    }

    List<String> cells() {
        List<String> cells = new ArrayList<>();
        for (int cell = 0; cell < rows * columns; cell++) {
            cells.add(texts[cell / columns][cell % columns] + styles[cell / columns][cell % columns]);
        }
        return cells;
    }

    static List<String> cells(ScreenFrame screen) {
        List<String> cells = new ArrayList<>();
        for (int cell = 0; cell < screen.rows() * screen.columns(); cell++) {
            TerminalModel look = new TerminalModel(1, 1);
            look.write(screen.style(cell / screen.columns(), cell % screen.columns()).sequenceAfter(CellStyle.PLAIN));
            cells.add(screen.text(cell / screen.columns(), cell % screen.columns()) + look.style);
        }
        return cells;
    }
}
