package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** Results wait in order and within a bound, until the node closes. */
final class AuditBacklogTest {
    private final AuditBacklog backlog = new AuditBacklog();

    private static ServedResult result(String source) {
        return new ServedResult(
                new Offer("1", "n1", "/usr/bin/cc", List.of("cc"), "/w", List.of(), 022, "t", List.of(), List.of(), 1,
                        1, "", false, "", false),
                new ActionKey(1, 2, 3, 4), new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                        List.of(), "maker", Duration.ZERO),
                source, true);
    }

    @Test
    void givesTheOldestFirst() throws InterruptedException {
        ServedResult first = result("a.c");
        ServedResult second = result("b.c");
        assertThat(backlog.add(first)).isTrue();
        assertThat(backlog.add(second)).isTrue();
        assertThat(backlog.take()).isSameAs(first);
        assertThat(backlog.take()).isSameAs(second);
    }

    @Test
    void refusesMoreThanItsBound() throws InterruptedException {
        for (int i = 0; i < AuditBacklog.MAX_WAITING; i++) {
            assertThat(backlog.add(result("a.c"))).isTrue();
        }
        assertThat(backlog.add(result("a.c"))).isFalse();
        backlog.take();
        assertThat(backlog.add(result("a.c"))).isTrue();
    }

    @Test
    void whoWaitsGetsNothingOnceItIsClosed() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> backlog.take() == null);
        Thread.ofVirtual().start(waiting);
        backlog.close();
        assertThat(waiting.get()).isTrue();
        assertThat(backlog.add(result("a.c"))).isFalse();
    }
}
