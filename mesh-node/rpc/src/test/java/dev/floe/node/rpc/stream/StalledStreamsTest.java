package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.ServerLimits;
import dev.floe.node.rpc.TwoPeers;

/** A server's stream whose peer is there but does nothing ends in a bounded time; a slow one goes on. */
class StalledStreamsTest {
    private static final StallPolicy LONG = new StallPolicy(Duration.ofMinutes(5), Duration.ofMinutes(5), 4096);
    private static final StallPolicy SHORT = new StallPolicy(Duration.ofMillis(300), Duration.ofMillis(600), 4096);

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** What a service has come to. */
    private static final class Reader implements PeerServer.Service {
        private final CompletableFuture<Integer> end = new CompletableFuture<>();

        @Override
        public void serve(PeerStream exchange) throws IOException {
            try {
                end.complete((int) exchange.input().transferTo(OutputStream.nullOutputStream()));
                exchange.output().close();
            } catch (IOException e) {
                end.completeExceptionally(e);
                throw e;
            }
        }

        private void expectStalled() {
            assertThatThrownBy(end::get).isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StreamStalledException.class).hasMessageContaining("client@");
        }
    }

    private static ServerLimits bounds(StallPolicy receive, StallPolicy send) {
        return ServerLimits.standard().waiting(receive, send);
    }

    @Test
    void endsAStreamOnWhichNothingComes() throws Exception {
        Reader reader = new Reader();
        try (TwoPeers peers = new TwoPeers(reader, bounds(SHORT, LONG)); PeerStream exchange = peers.open("/x")) {
            reader.expectStalled();
            assertThatThrownBy(() -> exchange.input().read()).isInstanceOf(StreamBrokenException.class);
        }
    }

    @Test
    void endsAStreamThatStopsInTheMiddle() throws Exception {
        Reader reader = new Reader();
        try (TwoPeers peers = new TwoPeers(reader, bounds(SHORT, LONG)); PeerStream exchange = peers.open("/x")) {
            exchange.output().write(new byte[200_000]);
            exchange.output().flush();
            reader.expectStalled();
        }
    }

    @Test
    void endsAStreamThatDripsSoAsToStayOpen() throws Exception {
        Reader reader = new Reader();
        try (TwoPeers peers = new TwoPeers(reader, bounds(SHORT, LONG)); PeerStream exchange = peers.open("/x")) {
            timer.scheduleAtFixedRate(() -> send(exchange, 1), 0, 20, TimeUnit.MILLISECONDS);
            reader.expectStalled();
        }
    }

    @Test
    void waitsForAPeerOnASlowLink() throws Exception {
        Reader reader = new Reader();
        int parts = 150;
        StallPolicy fair = new StallPolicy(Duration.ofSeconds(1), Duration.ofSeconds(2), 4096);
        try (TwoPeers peers = new TwoPeers(reader, bounds(fair, LONG)); PeerStream exchange = peers.open("/x")) {
            int[] sent = {0};
            timer.scheduleAtFixedRate(() -> {
                if (sent[0]++ < parts) {
                    send(exchange, 312); // 1 Mbit/s, shared by eight
                } else {
                    end(exchange);
                }
            }, 0, 20, TimeUnit.MILLISECONDS);
            assertThat(reader.end.get()).isEqualTo(parts * 312);
        }
    }

    @Test
    void waitsLongerWhileTheConnectionIsBusyButNotForEver() throws Exception {
        AtomicLong busy = new AtomicLong();
        assertThat(waits(() -> busy.addAndGet(10_000))).isEqualTo(4);
        assertThat(waits(() -> 10_000)).as("what came before does not count").isEqualTo(1);
        AtomicLong pings = new AtomicLong();
        assertThat(waits(() -> pings.addAndGet(34))).isEqualTo(1);
    }

    /** How often a stream on which nothing comes is waited for. */
    private static int waits(LongSupplier connectionBytes) throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        StallTimer time = new StallTimer(SHORT, connectionBytes);
        int waits = 0;
        lock.lock();
        try {
            do {
                time.await(lock.newCondition());
                waits++;
            } while (!time.isOver());
        } finally {
            lock.unlock();
        }
        return waits;
    }

    @Test
    void endsAnAnswerThatNobodyTakes() throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            try {
                exchange.output().write(new byte[64 << 20]);
                end.complete(0);
            } catch (IOException e) {
                end.completeExceptionally(e);
                throw e;
            }
        }, bounds(LONG, SHORT)); PeerStream exchange = peers.open("/x")) {
            assertThatThrownBy(end::get).hasCauseInstanceOf(StreamStalledException.class)
                    .hasMessageContaining("reads nothing");
            InputStream rest = exchange.input();
            assertThatThrownBy(() -> rest.transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(StreamBrokenException.class);
        }
    }

    @Test
    void takesBackAShortAnswerThatNobodyTakes() throws Exception {
        CompletableFuture<Integer> served = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            exchange.input().transferTo(OutputStream.nullOutputStream());
            exchange.output().write(new byte[(2 << 20)]);
            served.complete(0);
            exchange.output().close();
        }, bounds(LONG, new StallPolicy(Duration.ofSeconds(2), Duration.ofSeconds(2), 4096)));
                PeerStream exchange = peers.open("/x")) {
            exchange.output().close();
            CompletableFuture<Integer> broken = new CompletableFuture<>();
            exchange.onClosed(() -> broken.complete(1));
            assertThat(broken.get()).as("the stream is closed though the client is not done").isEqualTo(1);
        }
    }

    @Test
    void neverEndsTheWaitOfAClient() throws Exception {
        CompletableFuture<Integer> go = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            go.join();
            exchange.output().write(7);
            exchange.output().close();
        }, bounds(SHORT, SHORT)); PeerStream exchange = peers.open("/x")) {
            timer.schedule(() -> go.complete(0), 3 * SHORT.most().toMillis(), TimeUnit.MILLISECONDS);
            assertThat(exchange.input().read()).isEqualTo(7);
        }
    }

    @Test
    void serverKnowsItsPeerByTheCertificate() throws Exception {
        CompletableFuture<String> node = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> node.complete(exchange.node()));
                PeerStream exchange = peers.open("/x")) {
            assertThat(node.get()).isEqualTo("client");
            assertThat(exchange.node()).isNotEmpty();
        }
    }

    private static void send(PeerStream exchange, int bytes) {
        try {
            exchange.output().write(new byte[bytes]);
            exchange.output().flush();
        } catch (IOException e) {
            throw new IllegalStateException(e); // ends the schedule
        }
    }

    private static void end(PeerStream exchange) {
        try {
            exchange.output().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
