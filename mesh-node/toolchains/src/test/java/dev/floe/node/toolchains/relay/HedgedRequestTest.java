package dev.floe.node.toolchains.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

/** Holders that answer, fail, are frozen or drip. */
final class HedgedRequestTest {
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 1);
    private static final InetSocketAddress TWO = new InetSocketAddress("127.0.0.1", 2);
    private static final InetSocketAddress THREE = new InetSocketAddress("::1", 3);

    private final HedgedRequest hedged = new HedgedRequest(Duration.ofMillis(20), Duration.ofMillis(200));
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    private String frozen(Consumer<Runnable> opened) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        opened.accept(() -> {
            closed.incrementAndGet();
            over.countDown();
        });
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        throw new IOException("closed");
    }

    @Test
    void asksTheFirstAlone() throws Exception {
        assertThat(hedged.<Object>first(List.of(ONE, TWO), (holder, _, _) -> {
            asked.incrementAndGet();
            return holder;
        })).isEqualTo(ONE);
        assertThat(asked).hasValue(1);
    }

    @Test
    void goesOnToTheNextWhenOneFails() throws Exception {
        assertThat(hedged.<Object>first(List.of(ONE, TWO, THREE), (holder, _, _) -> {
            if (!holder.equals(THREE)) {
                throw new IOException("not here");
            }
            return holder;
        })).isEqualTo(THREE);
    }

    @Test
    void doesNotWaitForAFrozenOne() throws Exception {
        assertThat(hedged.<Object>first(List.of(ONE, TWO, THREE),
                (holder, _, opened) -> holder.equals(THREE) ? holder : frozen(opened))).isEqualTo(THREE);
        assertThat(closed).hasValue(2);
    }

    @Test
    void asksAQuietOneLastFromThenOn() throws Exception {
        for (int chunk = 0; chunk < 5; chunk++) {
            assertThat(hedged.<Object>first(List.of(ONE, TWO), (holder, _, opened) -> {
                asked.incrementAndGet();
                return holder.equals(TWO) ? holder : frozen(opened);
            })).isEqualTo(TWO);
        }
        assertThat(asked).hasValue(6);
    }

    @Test
    void waitsForOneThatSendsSlowly() throws Exception {
        // So long that a thread on a busy machine is not taken for a holder that has stopped.
        Duration quiet = Duration.ofSeconds(2);
        HedgedRequest patient = new HedgedRequest(Duration.ofMillis(20), quiet);
        assertThat(patient.<Object>first(List.of(ONE), (holder, came, _) -> {
            long end = System.nanoTime() + quiet.toNanos() * 5 / 4;
            while (System.nanoTime() < end) {
                came.accept(1);
                LockSupport.parkNanos(1_000_000);
            }
            return holder;
        })).isEqualTo(ONE);
    }

    @Test
    void givesUpWhenAllAreFrozen() {
        assertThatThrownBy(() -> hedged.<Object>first(List.of(ONE, THREE), (_, _, opened) -> frozen(opened)))
                .isInstanceOf(HolderFailedException.class).hasMessageContaining("127.0.0.1:1: it sends nothing")
                .hasMessageContaining("]:3: it sends nothing");
        assertThat(closed).hasValue(2);
    }

    @Test
    void saysWhyEachFailed() {
        assertThatThrownBy(() -> hedged.<Object>first(List.of(ONE, TWO), (holder, _, _) -> {
            throw new IOException("no " + holder.getPort());
        })).isInstanceOf(HolderFailedException.class).hasMessageContaining("no 1").hasMessageContaining("no 2");
    }

    @Test
    void saysThatNobodyHoldsIt() {
        assertThatThrownBy(() -> hedged.<Object>first(List.of(), (holder, _, _) -> holder))
                .hasMessage("no node holds it");
    }
}
