package dev.floe.node.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.terminal.CursorTerminal;
import dev.floe.node.top.terminal.FakeTty;
import dev.floe.node.top.view.MeshFixture;

final class TopSessionTest {
    private static final String LEFT = "\033[?1049l";
    private static final String GONE = "gone";

    private final FakeTty tty = new FakeTty();
    private final BlockingQueue<String> node = new LinkedBlockingQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private volatile boolean stoppable = true;
    private final AtomicReference<CursorTerminal.SignalHandler> signals = new AtomicReference<>();
    private final CountDownLatch opened = new CountDownLatch(1);

    private FutureTask<Integer> start() {
        TopSession session = new TopSession(this::watch, handler -> {
            signals.set(handler);
            opened.countDown();
            return tty;
        }, () -> stops.incrementAndGet() > 0 && stoppable, true);
        FutureTask<Integer> run = new FutureTask<>(session::run);
        Thread.ofVirtual().start(run);
        return run;
    }

    private void watch(Consumer<String> lines) throws IOException {
        attempts.incrementAndGet();
        try {
            while (true) {
                String line = node.take();
                if (line.equals(GONE)) {
                    throw new IOException("no node answers; start one with: floe node");
                }
                lines.accept(line);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private FutureTask<Integer> startWithSnapshot() throws InterruptedException {
        FutureTask<Integer> run = start();
        node.add(MeshFixture.LINE);
        tty.await("office");
        return run;
    }

    @Test
    void qGivesTheTerminalBack() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        tty.type("q");
        assertThat(run.get()).isZero();
        assertThat(tty.written()).endsWith(LEFT);
        assertThat(tty.modes()).isEqualTo("raw restored");
        assertThat(tty.isClosed()).isTrue();
    }

    @Test
    void anInterruptGivesTheTerminalBack() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        signal(CursorTerminal.Signal.INTERRUPTED);
        assertThat(run.get()).isEqualTo(130);
        assertThat(tty.written()).endsWith(LEFT);
        assertThat(tty.modes()).isEqualTo("raw restored");
    }

    @Test
    void aTerminalThatHasGoneEndsTheView() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        tty.type("\u0004");
        assertThat(run.get()).isZero();
    }

    @Test
    void withoutANodeTheTerminalIsLeftAlone() {
        FutureTask<Integer> run = start();
        node.add(GONE);
        assertThatThrownBy(run::get).hasRootCauseMessage("no node answers; start one with: floe node");
        assertThat(tty.written()).isEmpty();
        assertThat(tty.isClosed()).isTrue();
    }

    @Test
    void aNodeOfAnotherReleaseIsSaid() {
        FutureTask<Integer> run = start();
        node.add("error: this node does not know the request [watch]");
        assertThatThrownBy(run::get).hasRootCauseMessage("this node does not know the request [watch]");
    }

    @Test
    void anInterruptBeforeTheFirstSnapshotEnds() throws Exception {
        FutureTask<Integer> run = start();
        opened.await();
        signal(CursorTerminal.Signal.INTERRUPTED);
        assertThat(run.get()).isEqualTo(130);
        assertThat(tty.written()).isEmpty();
    }

    @Test
    void whenTheNodeGoesItIsSaidAndTriedAgain() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        node.add(GONE);
        tty.await("no node answers; start one with: floe node; trying again");
        node.add(MeshFixture.LINE.replace("\"jobs\":4711", "\"jobs\":987653"));
        tty.await("987653");
        assertThat(attempts.get()).isGreaterThan(1);
        tty.type("q");
        assertThat(run.get()).isZero();
    }

    @Test
    void aResizedTerminalIsDrawnInFull() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        tty.resize(40, 120);
        signal(CursorTerminal.Signal.RESIZED);
        tty.await("\033[40H");
        tty.type("q");
        assertThat(run.get()).isZero();
    }

    @Test
    void aStoppedViewGivesTheTerminalBackMeanwhile() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        signal(CursorTerminal.Signal.SUSPENDED);
        tty.await(LEFT);
        node.add(MeshFixture.LINE.replace("\"mesh\":\"office\"", "\"mesh\":\"newmesh\""));
        while (!node.isEmpty() || stops.get() == 0) {
            Thread.onSpinWait();
        }
        assertThat(tty.modes()).isEqualTo("raw restored");
        assertThat(tty.written()).endsWith(LEFT);
        signal(CursorTerminal.Signal.CONTINUED);
        tty.await("newmesh");
        tty.type("q");
        assertThat(run.get()).isZero();
        assertThat(stops).hasValue(1);
        assertThat(tty.modes()).isEqualTo("raw restored raw restored");
    }

    @Test
    void aViewThatCannotBeStoppedContinues() throws Exception {
        stoppable = false;
        FutureTask<Integer> run = startWithSnapshot();
        signal(CursorTerminal.Signal.SUSPENDED);
        tty.await(LEFT);
        tty.type("q");
        assertThat(run.get()).isZero();
        assertThat(tty.modes()).isEqualTo("raw restored raw restored");
    }

    @Test
    void aDisplayThatIsHeldStillShowsTheLastSnapshotAfterwards() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        tty.type("p");
        tty.await("HELD STILL");
        node.add(MeshFixture.LINE.replace("\"mesh\":\"office\"", "\"mesh\":\"newmesh\""));
        while (!node.isEmpty()) {
            Thread.onSpinWait();
        }
        tty.type("r");
        tty.await("Why jobs");
        assertThat(tty.written()).doesNotContain("newmesh");
        tty.type("pr");
        tty.await("newmesh");
        tty.type("q");
        assertThat(run.get()).isZero();
    }

    @Test
    void aCrashGivesTheTerminalBack() throws Exception {
        FutureTask<Integer> run = startWithSnapshot();
        tty.breakDown();
        tty.type("r");
        assertThatThrownBy(run::get).hasRootCauseMessage("the terminal is gone");
        assertThat(tty.modes()).isEqualTo("raw restored");
        assertThat(tty.isClosed()).isTrue();
    }

    private void signal(CursorTerminal.Signal signal) {
        Objects.requireNonNull(signals.get()).accept(signal);
    }
}
