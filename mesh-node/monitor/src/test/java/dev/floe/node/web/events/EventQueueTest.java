package dev.floe.node.web.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.node.web.events.ServerSentEvent.Kind;

/** What waits for a client, and what a client loses that takes too little. */
final class EventQueueTest {
    private static final String LINE_END = "\n";

    private final EventQueue queue = new EventQueue();

    private static ServerSentEvent event(Kind kind, int length) {
        return ServerSentEvent.of(kind, "x".repeat(length));
    }

    private Optional<ServerSentEvent> take() throws InterruptedException {
        return queue.take(Duration.ZERO);
    }

    @Test
    void keepsTheOrder() throws Exception {
        ServerSentEvent first = event(Kind.SNAPSHOT, 1);
        ServerSentEvent second = event(Kind.ENDED, 2);
        queue.add(first);
        queue.add(second);
        assertThat(take()).containsSame(first);
        assertThat(take()).containsSame(second);
        assertThat(take()).isEmpty();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void replacesASnapshotThatNobodyHasTaken() throws Exception {
        queue.add(event(Kind.SNAPSHOT, 100));
        queue.add(event(Kind.ENDED, 1));
        ServerSentEvent later = event(Kind.SNAPSHOT, 50);
        queue.add(later);
        assertThat(take().orElseThrow().kind()).isEqualTo(Kind.ENDED);
        assertThat(take()).containsSame(later);
        assertThat(take()).isEmpty();
    }

    @Test
    void tellsAClientThatHasLostEventsToStartAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            queue.add(event(Kind.ENDED, EventQueue.MAX_BYTES / 10));
            assertThat(queue.bytes()).isLessThanOrEqualTo(EventQueue.MAX_BYTES);
        }
        assertThat(take().orElseThrow().kind()).isEqualTo(Kind.RESTART);
        assertThat(take()).as("what came meanwhile is lost").isEmpty();
        ServerSentEvent next = event(Kind.ENDED, 1);
        queue.add(next);
        assertThat(take()).containsSame(next);
    }

    @Test
    void keepsOneEventThatIsLongerThanTheBound() throws Exception {
        ServerSentEvent large = event(Kind.SNAPSHOT, 2 * EventQueue.MAX_BYTES);
        queue.add(large);
        assertThat(take()).containsSame(large);
    }

    @Test
    void holdsNothingOnceItIsClosed() throws Exception {
        queue.add(event(Kind.ENDED, 1));
        queue.close();
        queue.add(event(Kind.ENDED, 1));
        assertThat(queue.bytes()).isZero();
        assertThat(queue.take(Duration.ofDays(1))).isEmpty();
    }

    @Test
    void framesEachLineOfTheData() {
        assertThat(new String(ServerSentEvent.of(Kind.ENDED, String.join(LINE_END, "[1,", "2]")).bytes(),
                StandardCharsets.UTF_8))
                .isEqualTo(String.join(LINE_END, "event: ended", "data: [1,", "data: 2]", "", ""));
    }
}
