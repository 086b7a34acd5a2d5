package dev.floe.node.top.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;

final class FrameDiffTest {
    private static ScreenFrame screen(int rows, int columns, String... lines) {
        ScreenFrame screen = new ScreenFrame(rows, columns);
        for (int row = 0; row < lines.length; row++) {
            screen.write(row, 0, lines[row], CellStyle.PLAIN);
        }
        return screen;
    }

    @Test
    void anUnchangedFrameIsNothing() {
        assertThat(FrameDiff.of(screen(2, 10, "abc", "def"), screen(2, 10, "abc", "def"), true)).isEmpty();
    }

    @Test
    void onlyWhatChangesIsWritten() {
        assertThat(FrameDiff.of(screen(2, 20, "abc", "busy 3 of 18"), screen(2, 20, "abc", "busy 4 of 18"), true))
                .isEqualTo("\033[2;6H4");
    }

    @Test
    void theRestOfALineIsErased() {
        assertThat(FrameDiff.of(screen(1, 20, "a long line"), screen(1, 20, "a"), true)).isEqualTo("\033[1;3H\033[K");
    }

    @Test
    void anotherSizeIsDrawnInFull() {
        assertThat(FrameDiff.of(screen(1, 20, "abc"), screen(1, 10, "abc"), true)).isEqualTo("\033[m\033[2J\033[1Habc");
    }

    @Test
    void withoutColoursThereAreNone() {
        ScreenFrame coloured = new ScreenFrame(1, 10);
        coloured.write(0, 0, "a", CellStyle.ofColour(2));
        coloured.write(0, 1, "b", CellStyle.ALARM);
        assertThat(FrameDiff.of(new ScreenFrame(1, 10), coloured, true)).contains("\033[32m", "31m");
        assertThat(FrameDiff.of(new ScreenFrame(1, 10), coloured, false)).isEqualTo("\033[1Ha\033[1mb\033[m");
    }

    /** Frames made at random: after each difference the terminal shows the frame. */
    @Test
    void theTerminalShowsEachFrame() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(5);
            int columns = 1 + random.nextInt(30);
            TerminalModel terminal = new TerminalModel(rows, columns);
            ScreenFrame before = null;
            for (int frame = 0; frame < 12; frame++) {
                ScreenFrame after = random(random, rows, columns);
                terminal.write(FrameDiff.of(before, after, true));
                assertThat(terminal.cells()).as("seed %d, frame %d", seed, frame).isEqualTo(TerminalModel.cells(after));
                before = after;
            }
        }
    }

    private static ScreenFrame random(Random random, int rows, int columns) {
        String[] texts = {"a", "bb", " ", "     ", "漢", "e\u0301", "long text", "x漢y字z"};
        CellStyle[] styles = {CellStyle.PLAIN, CellStyle.PLAIN, CellStyle.BOLD, CellStyle.ofColour(2),
                CellStyle.ofColour(12), CellStyle.ALARM,
                CellStyle.REVERSE};
        ScreenFrame screen = new ScreenFrame(rows, columns);
        for (int row = 0; row < rows; row++) {
            int at = random.nextInt(columns);
            for (int part = random.nextInt(6); part > 0; part--) {
                at = screen.write(row, at, texts[random.nextInt(texts.length)], styles[random.nextInt(styles.length)]);
            }
        }
        return screen;
    }
}
