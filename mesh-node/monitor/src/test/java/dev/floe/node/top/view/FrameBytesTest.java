package dev.floe.node.top.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.terminal.FrameDiff;
import dev.floe.node.top.terminal.ScreenFrame;
import dev.floe.node.watch.SimulatedMesh;

/** What a frame costs a line to another machine: a mesh of twenty nodes at one frame a second. */
final class FrameBytesTest {
    private static final int FRAMES = 60;
    private static final int MAX_BYTES = 4096;

    @ParameterizedTest
    @CsvSource({"24, 80, 2000", "50, 200, 2000", "80, 300, 2000", "24, 80, 500", "50, 120, 500", "80, 300, 5000"})
    void aFrameOfTwentyNodesIsSmall(int rows, int columns, int meanMillis) throws IOException {
        SimulatedMesh mesh = new SimulatedMesh(7, 20, 8, Duration.ofMillis(meanMillis));
        TopModel model = new TopModel();
        TopView view = new TopView();
        ScreenFrame before = null;
        int most = 0;
        for (int frame = 0; frame <= FRAMES; frame++) {
            int bytes = next(mesh, model, view, before, rows, columns);
            before = TopLayout.draw(model, view, rows, columns);
            most = frame == 0 ? 0 : Math.max(most, bytes);
        }
        assertThat(most).isLessThanOrEqualTo(MAX_BYTES);
    }

    private static int next(SimulatedMesh mesh, TopModel model, TopView view, @Nullable ScreenFrame before, int rows,
            int columns) throws IOException {
        mesh.advance(Duration.ofSeconds(1));
        model.receive(WatchLine.parse(mesh.endedLine()));
        model.receive(WatchLine.parse(mesh.snapshotLine()));
        return FrameDiff.of(before, TopLayout.draw(model, view, rows, columns), true)
                .getBytes(StandardCharsets.UTF_8).length;
    }
}
