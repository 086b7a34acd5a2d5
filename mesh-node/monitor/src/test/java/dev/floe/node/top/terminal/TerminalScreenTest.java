package dev.floe.node.top.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;

import org.junit.jupiter.api.Test;

final class TerminalScreenTest {
    private static final String LEFT = "\033[m\033[?7h\033[?25h\033[?1049l";

    private final FakeTty tty = new FakeTty();
    private final TerminalScreen screen = new TerminalScreen(tty, true);

    private static ScreenFrame frame(String text) {
        ScreenFrame frame = new ScreenFrame(1, 10);
        frame.write(0, 0, text, CellStyle.BOLD);
        return frame;
    }

    @Test
    void givesTheTerminalBackOnce() throws IOException {
        screen.enter();
        screen.draw(frame("a"));
        screen.end();
        screen.end();
        assertThat(tty.written()).startsWith("\033[?1049h").endsWith(LEFT);
        assertThat(tty.written().split("1049l", -1)).hasSize(2);
        assertThat(tty.modes()).isEqualTo("raw restored");
    }

    @Test
    void nothingIsWrittenAfterTheEnd() throws IOException {
        screen.enter();
        screen.end();
        screen.draw(frame("late"));
        screen.enter();
        screen.draw(frame("later"));
        assertThat(tty.written()).endsWith(LEFT).doesNotContain("late");
        assertThat(tty.modes()).isEqualTo("raw restored");
    }

    @Test
    void aScreenThatWasNeverEnteredIsLeftAlone() {
        screen.end();
        assertThat(tty.written()).isEmpty();
        assertThat(tty.modes()).isEmpty();
    }

    @Test
    void afterAStopAllIsDrawnAgain() throws IOException {
        screen.enter();
        screen.draw(frame("a"));
        screen.leave();
        screen.enter();
        screen.draw(frame("a"));
        assertThat(tty.written().split("2J", -1)).hasSize(3);
        assertThat(tty.modes()).isEqualTo("raw restored raw");
    }

    @Test
    void theModeIsRestoredOfATerminalThatTakesNothing() throws IOException {
        screen.enter();
        tty.breakDown();
        assertThatThrownBy(() -> screen.draw(frame("a"))).isInstanceOf(IOException.class);
        screen.end();
        assertThat(tty.modes()).isEqualTo("raw restored");
    }
}
