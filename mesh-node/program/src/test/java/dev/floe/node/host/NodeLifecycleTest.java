package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

final class NodeLifecycleTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final NodeLifecycle lifecycle = new NodeLifecycle(Duration.ofMinutes(1));

    private LifecyclePart part(String name) {
        return new LifecyclePart(name, () -> calls.add("start " + name), () -> calls.add("stop " + name));
    }

    private LifecyclePart failing(String name) {
        return new LifecyclePart(name, () -> {
            throw new IOException(name + " cannot start");
        }, () -> calls.add("stop " + name));
    }

    @Test
    void startsInOrderAndStopsInReverse() throws IOException {
        lifecycle.start(List.of(part("a"), part("b")));
        lifecycle.start(List.of(part("c")));
        lifecycle.close();
        assertThat(calls).containsExactly("start a", "start b", "start c", "stop c", "stop b", "stop a");
        lifecycle.close();
        assertThat(calls).hasSize(6);
    }

    @Test
    void aPartThatCannotStartStopsThoseBeforeItAndStartsNoneAfter() {
        assertThatThrownBy(() -> lifecycle.start(List.of(part("a"), part("b"), failing("c"), part("d"))))
                .isInstanceOf(IOException.class).hasMessage("c cannot start");
        assertThat(calls).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void anErrorInAStartStopsThoseBeforeIt() {
        LifecyclePart broken = LifecyclePart.starting("broken", () -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> lifecycle.start(List.of(part("a"), broken)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(calls).containsExactly("start a", "stop a");
    }

    @Test
    void aFailureInAStopDoesNotPreventTheNext() throws IOException {
        LifecyclePart broken = LifecyclePart.stopping("broken", () -> {
            throw new IOException("broken");
        });
        lifecycle.start(List.of(part("a"), broken, part("c")));
        lifecycle.close();
        assertThat(calls).containsExactly("start a", "start c", "stop c", "stop a");
    }

    @Test
    void aStopThatHangsDoesNotPreventTheNext() throws Exception {
        CountDownLatch test = new CountDownLatch(1);
        NodeLifecycle impatient = new NodeLifecycle(Duration.ofMillis(1));
        CountDownLatch stopped = new CountDownLatch(1); // since the next one gets no more time either
        impatient.start(List.of(LifecyclePart.stopping("next", stopped::countDown),
                LifecyclePart.stopping("hangs", test::await)));
        impatient.close();
        assertThat(stopped.await(5, TimeUnit.MINUTES)).isTrue();
        test.countDown();
    }

    @Test
    void aPartThatStartsWhileAllIsStoppedIsStoppedToo() {
        LifecyclePart late = new LifecyclePart("late", lifecycle::close, () -> calls.add("stop late"));
        assertThatThrownBy(() -> lifecycle.start(List.of(part("a"), late, part("c")))).isInstanceOf(IOException.class)
                .hasMessageContaining("stopping");
        assertThat(calls).containsExactly("start a", "stop a", "stop late");
    }

    @Test
    void anInterruptDoesNotPreventTheNext() throws IOException {
        lifecycle.start(List.of(part("a"), part("b")));
        Thread.currentThread().interrupt();
        lifecycle.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(calls).endsWith("stop b", "stop a");
    }
}
