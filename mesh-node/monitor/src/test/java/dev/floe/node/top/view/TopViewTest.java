package dev.floe.node.top.view;

import static dev.floe.node.top.view.MeshFixture.press;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.KeyPress;

final class TopViewTest {
    private final TopModel model = MeshFixture.model();
    private final TopView view = new TopView();

    private ShownRows shown() {
        return ShownRows.of(model, view);
    }

    private List<String> nodes() {
        return shown().nodes().stream().map(MeshMember::name).toList();
    }

    private List<String> running() {
        return shown().running().stream().map(RunningRow::id).toList();
    }

    @Test
    void quits() {
        press(model, view, "q");
        assertThat(view.isOver()).isTrue();
    }

    @Test
    void quitsByControlCWhileTyping() {
        press(model, view, "/q");
        assertThat(view.isOver()).isFalse();
        press(model, view, KeyPress.of(KeyPress.Name.INTERRUPT));
        assertThat(view.isOver()).isTrue();
    }

    @Test
    void sortsTheListThatHasTheKeys() {
        assertThat(nodes()).containsExactly("desk", "pc2", "pi");
        press(model, view, "sss");
        assertThat(view.order(ListPane.NODES)).isEqualTo("load");
        assertThat(nodes()).containsExactly("pc2", "desk", "pi");
        press(model, view, "S");
        assertThat(nodes()).containsExactly("pi", "desk", "pc2");
        assertThat(view.order(ListPane.RUNNING)).isEqualTo("place");
    }

    @Test
    void everyOrderShowsAllLines() {
        for (ListPane pane : ListPane.values()) {
            for (int order = 0; order < pane.orders().size(); order++) {
                press(model, view, "s");
                assertThat(shown().size(pane)).as(pane + " by " + view.order(pane))
                        .isEqualTo(pane == ListPane.RUNNING ? 4 : 3);
            }
            press(model, view, KeyPress.of(KeyPress.Name.TAB));
        }
        assertThat(view.pane()).isEqualTo(ListPane.NODES);
    }

    @Test
    void sortsRunningJobsByTheirTime() {
        press(model, view, KeyPress.of(KeyPress.Name.TAB));
        press(model, view, "s");
        assertThat(running()).containsExactly("desk/18", "desk/17", "pc2/3", "desk/19");
    }

    @Test
    void filtersByText() {
        press(model, view, "/SRC/a");
        assertThat(running()).containsExactly("desk/17");
        assertThat(nodes()).isEmpty();
        press(model, view, KeyPress.of(KeyPress.Name.BACKSPACE), KeyPress.of(KeyPress.Name.ENTER));
        assertThat(running()).containsExactly("desk/17", "desk/18");
        press(model, view, "/x");
        press(model, view, KeyPress.of(KeyPress.Name.ESCAPE));
        assertThat(view.filter()).isEqualTo("SRC/");
        press(model, view, KeyPress.of(KeyPress.Name.ESCAPE));
        assertThat(running()).hasSize(4);
    }

    @Test
    void aFilterIsBounded() {
        press(model, view, "/" + "x".repeat(1000));
        assertThat(view.filter()).hasSize(TopView.MAX_FILTER);
    }

    @Test
    void showsOneNodeAlone() {
        press(model, view, KeyPress.of(KeyPress.Name.DOWN));
        press(model, view, "n");
        assertThat(view.node()).isEqualTo("pc2");
        assertThat(nodes()).containsExactly("pc2");
        assertThat(running()).containsExactly("desk/17", "pc2/3");
        assertThat(shown().ended()).extracting(EndedRow::id).containsExactly("desk/16", "pc2/2");
        press(model, view, "n");
        assertThat(nodes()).hasSize(3);
    }

    @Test
    void showsOneBuildAlone() {
        press(model, view, "b");
        assertThat(view.message()).contains("select a job");
        press(model, view, KeyPress.of(KeyPress.Name.TAB), KeyPress.of(KeyPress.Name.DOWN),
                KeyPress.of(KeyPress.Name.DOWN), KeyPress.of(KeyPress.Name.ENTER));
        assertThat(view.build()).isEqualTo("b2");
        assertThat(running()).containsExactly("pc2/3");
        assertThat(nodes()).hasSize(3);
        press(model, view, KeyPress.of(KeyPress.Name.ESCAPE));
        assertThat(running()).hasSize(4);
    }

    @Test
    void theSelectionStaysInTheList() {
        press(model, view, KeyPress.of(KeyPress.Name.UP));
        assertThat(view.selected(ListPane.NODES)).isZero();
        press(model, view, KeyPress.of(KeyPress.Name.PAGE_DOWN), KeyPress.of(KeyPress.Name.PAGE_DOWN),
                KeyPress.of(KeyPress.Name.DOWN));
        assertThat(view.selected(ListPane.NODES)).isEqualTo(2);
        press(model, view, KeyPress.of(KeyPress.Name.HOME));
        assertThat(view.selected(ListPane.NODES)).isZero();
        press(model, view, KeyPress.of(KeyPress.Name.END));
        assertThat(view.selected(ListPane.NODES)).isEqualTo(2);
        press(model, new TopView(), KeyPress.of(KeyPress.Name.END), KeyPress.of(KeyPress.Name.TAB),
                KeyPress.of(KeyPress.Name.BACK_TAB));
    }

    @Test
    void pagesAreShownAndLeft() {
        press(model, view, "r");
        assertThat(view.page()).isEqualTo(TopView.TopPage.REASONS);
        press(model, view, KeyPress.of(KeyPress.Name.DOWN), KeyPress.of(KeyPress.Name.PAGE_UP),
                KeyPress.of(KeyPress.Name.UP));
        assertThat(view.scroll()).isZero();
        press(model, view, "?");
        assertThat(view.page()).isEqualTo(TopView.TopPage.HELP);
        press(model, view, KeyPress.of(KeyPress.Name.ESCAPE));
        assertThat(view.page()).isEqualTo(TopView.TopPage.MESH);
    }

    @Test
    void anUnknownKeyIsAnswered() {
        press(model, view, "x");
        assertThat(view.message()).isEqualTo("no such key; ? shows the keys");
        press(model, view, "p");
        assertThat(view.message()).isEmpty();
        assertThat(view.isPaused()).isTrue();
    }
}
