package dev.floe.node.top.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.ScreenFrame;
import dev.floe.node.top.view.TableColumns.Column;

final class TableColumnsTest {
    private static final List<Column> COLUMNS = List.of(Column.left("a", 1, 1, 0), Column.left("name", 6, 10, 1),
            Column.right("rare", 5, 3), Column.left("note", 6, 100, 2));

    private static String titles(int width) {
        ScreenFrame screen = new ScreenFrame(1, width);
        TableColumns.of(width, COLUMNS).writeTitles(screen, 0, CellStyle.PLAIN);
        return screen.line(0);
    }

    @Test
    void columnsOfHighRankAreLeftOutFirst() {
        assertThat(titles(30)).isEqualTo("a name        rare note");
        assertThat(titles(18)).isEqualTo("a name      note");
        assertThat(titles(12)).isEqualTo("a name");
        assertThat(titles(3)).isEqualTo("a");
    }

    @Test
    void whatIsLeftGoesToThoseThatWantIt() {
        TableColumns columns = TableColumns.of(60, COLUMNS);
        assertThat(columns.width(1)).isEqualTo(10);
        assertThat(columns.width(2)).isEqualTo(5);
        assertThat(columns.start(3) + columns.width(3)).isEqualTo(60);
    }
}
