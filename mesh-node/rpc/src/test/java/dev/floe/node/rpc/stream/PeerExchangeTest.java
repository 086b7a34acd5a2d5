package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.Gateway;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.TwoPeers;

/** Exchanges over real connections; the timeout is there for what would hang for ever. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PeerExchangeTest {
    private static final int MIB = 1 << 20;

    /** Sends back what comes, as it comes. */
    private static void echo(PeerStream exchange) throws IOException {
        byte[] bytes = new byte[10_000];
        try (OutputStream out = exchange.output()) {
            for (int count = exchange.input().read(bytes); count >= 0; count = exchange.input().read(bytes)) {
                out.write(bytes, 0, count);
                out.flush();
            }
        }
    }

    @Test
    void carriesBytesBothWaysAndTheirEnd() throws IOException {
        AtomicReference<String> seen = new AtomicReference<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            seen.set(exchange.path() + " " + exchange.peer());
            echo(exchange);
        }); PeerStream exchange = peers.open("/echo")) {
            for (int i = 0; i < 3; i++) {
                exchange.output().write(new byte[]{1, 2, (byte) i});
                exchange.output().flush();
                assertThat(exchange.input().readNBytes(3)).containsExactly(1, 2, i);
            }
            exchange.output().close();
            assertThat(exchange.input().read()).isEqualTo(-1);
            assertThat(exchange.input().read()).isEqualTo(-1);
            assertThat(seen.get()).startsWith("/echo client@127.0.0.1:");
            assertThat(exchange.path()).isEmpty();
        }
    }

    @Test
    void carriesManyExchangesAtOnceOnOneConnection() throws Exception {
        Set<String> clients = ConcurrentHashMap.newKeySet();
        CountDownLatch allOpen = new CountDownLatch(200);
        try (TwoPeers peers = new TwoPeers(exchange -> {
            clients.add(exchange.peer());
            allOpen.countDown();
            awaitLatch(allOpen);
            echo(exchange);
        }); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> same = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] bytes = noise(new Random(i).nextInt(300_000), i);
                same.add(threads.submit(() -> {
                    try (PeerStream exchange = peers.open("/echo")) {
                        exchange.output().write(bytes);
                        exchange.output().close();
                        return Arrays.equals(exchange.input().readAllBytes(), bytes);
                    }
                }));
            }
            for (Future<Boolean> one : same) {
                assertThat(one.get()).isTrue();
            }
            assertThat(clients).hasSize(1);
        }
    }

    @Test
    void keepsBulkOffTheConnectionOfJobs() throws Exception {
        Set<String> clients = ConcurrentHashMap.newKeySet();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            clients.add(exchange.peer());
            exchange.output().close();
        })) {
            for (PeerConnections.ConnectionClass lane : PeerConnections.ConnectionClass.values()) {
                for (int i = 0; i < 2; i++) {
                    try (PeerStream exchange = peers.client().open(peers.server().address(), lane, "/x")) {
                        readToTheEnd(exchange);
                    }
                }
            }
            assertThat(clients).hasSize(2);
        }
    }

    /** Writes the bytes many times; their count is -1 after a failure. */
    private static Thread startWriter(PeerStream exchange, byte[] bytes, AtomicLong written) {
        return Thread.ofVirtual().start(() -> {
            try (OutputStream out = exchange.output()) {
                for (int i = 0; i < 16 * 32; i++) {
                    out.write(bytes);
                    written.addAndGet(bytes.length);
                }
            } catch (IOException e) {
                written.set(-1);
            }
        });
    }

    @Test
    void aSlowReaderHoldsBackAFastWriter() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(exchange -> {
            awaitLatch(mayRead);
            echo(exchange);
        }); PeerStream exchange = peers.open("/echo")) {
            AtomicLong written = new AtomicLong();
            byte[] bytes = noise(64 << 10, 1);
            Thread writer = startWriter(exchange, bytes, written);
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> writer.getState() == Thread.State.WAITING && written.get() > MIB / 2);
            await().during(Duration.ofMillis(200)).until(() -> writer.getState() == Thread.State.WAITING);
            assertThat(written.get()).isBetween(MIB / 2L, 3L * MIB);
            mayRead.countDown();
            for (int i = 0; i < 16 * 32; i++) {
                assertThat(exchange.input().readNBytes(bytes.length)).isEqualTo(bytes);
            }
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLateEventLoopHoldsBackAFastWriter(boolean opened) throws Exception {
        byte[] bytes = noise(64 << 10, 1);
        CountDownLatch late = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(PeerExchangeTest::echo); PeerStream first = peers.open("/echo")) {
            first.output().write(bytes);
            first.output().flush();
            assertThat(first.input().readNBytes(bytes.length)).isEqualTo(bytes);
            peers.holdClientLoop(late);
            try (PeerStream exchange = opened ? first : peers.open("/echo")) {
                AtomicLong written = new AtomicLong();
                Thread writer = startWriter(exchange, bytes, written);
                await().atMost(Duration.ofMinutes(5)).until(() -> writer.getState() == Thread.State.WAITING);
                await().during(Duration.ofMillis(200)).until(() -> writer.getState() == Thread.State.WAITING);
                assertThat(written.get()).isBetween(1L, MIB / 2L);
                late.countDown();
                for (int i = 0; i < 16 * 32; i++) {
                    assertThat(exchange.input().readNBytes(bytes.length)).isEqualTo(bytes);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatClosesAfterItsAnswerHasSentAllOfIt(boolean questionEnds) throws Exception {
        byte[] bytes = noise(3 * MIB + 5, 2);
        CountDownLatch heard = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(exchange -> {
            assertThat(exchange.input().read()).isEqualTo(42);
            heard.countDown();
            exchange.output().write(bytes);
            exchange.output().close();
        }); PeerStream exchange = peers.open("/x")) {
            exchange.output().write(42);
            exchange.output().flush();
            awaitLatch(heard);
            if (questionEnds) {
                exchange.output().close();
            }
            // a little at a time, so that the last of it still waits for room when the server is done with it
            byte[] read = new byte[bytes.length];
            for (int at = 0; at < read.length; at += 1000) {
                int length = Math.min(1000, read.length - at);
                assertThat(exchange.input().readNBytes(read, at, length)).isEqualTo(length);
                Thread.yield();
            }
            assertThat(read).isEqualTo(bytes);
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
    }

    @Test
    void cancellingIsSeenByTheOtherSide() throws Exception {
        CompletableFuture<String> broken = new CompletableFuture<>();
        CountDownLatch serving = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(exchange -> {
            exchange.onClosed(() -> broken.complete(exchange.path()));
            serving.countDown();
            assertThatThrownBy(() -> exchange.input().read()).isInstanceOf(StreamBrokenException.class)
                    .hasMessageContaining("cancelled");
            assertThatThrownBy(() -> {
                exchange.output().write(1);
                exchange.output().flush();
            }).isInstanceOf(StreamBrokenException.class);
            CompletableFuture<Void> atOnce = new CompletableFuture<>();
            exchange.onClosed(() -> atOnce.complete(null));
            assertThat(atOnce).isDone();
        })) {
            PeerStream exchange = peers.open("/long");
            awaitLatch(serving);
            assertThat(broken).isNotDone();
            exchange.close();
            assertThat(broken.get()).isEqualTo("/long");
        }
    }

    @Test
    void aServiceThatFailsCancelsItsExchangeAlone() throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> {
            if (exchange.path().equals("/bad")) {
                throw new StreamBrokenException("as if");
            }
            echo(exchange);
        }); PeerStream good = peers.open("/good"); PeerStream bad = peers.open("/bad")) {
            assertThatThrownBy(() -> bad.input().read()).isInstanceOf(StreamBrokenException.class);
            good.output().write(7);
            good.output().close();
            assertThat(good.input().readAllBytes()).containsExactly(7);
        }
    }

    @Test
    void manyCancelledExchangesLeaveTheConnectionAlone() throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> {
            if (exchange.path().equals("/echo")) {
                echo(exchange);
            } else {
                exchange.output().write(1);
                exchange.output().flush();
                assertThatThrownBy(() -> exchange.input().readAllBytes()).isInstanceOf(StreamBrokenException.class);
            }
        }); PeerStream longOne = peers.open("/echo")) {
            for (int i = 0; i < 1000; i++) {
                try (PeerStream refused = peers.open("/refuse")) {
                    refused.output().write(new byte[10]);
                    refused.output().flush();
                    assertThat(refused.input().read()).as("exchange %d", i).isEqualTo(1);
                }
            }
            longOne.output().write(7);
            longOne.output().close();
            assertThat(longOne.input().readAllBytes()).containsExactly(7);
        }
    }

    @Test
    void manyAnswersBeforeTheQuestionsEndLeaveTheConnectionAlone() throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> {
            if (exchange.path().equals("/echo")) {
                echo(exchange);
            } else {
                assertThat(exchange.input().read()).isEqualTo(9);
                exchange.output().write(new byte[]{1});
                exchange.output().close();
            }
        }); PeerStream longOne = peers.open("/echo")) {
            for (int i = 0; i < 1000; i++) {
                try (PeerStream answered = peers.open("/answer")) {
                    answered.output().write(9);
                    answered.output().flush();
                    assertThat(answered.input().read()).as("exchange %d", i).isEqualTo(1);
                    assertThat(answered.input().read()).as("exchange %d", i).isEqualTo(-1);
                }
            }
            longOne.output().write(7);
            longOne.output().close();
            assertThat(longOne.input().readAllBytes()).containsExactly(7);
        }
    }

    @Test
    void aPeersEndIsSeen() throws Exception {
        CompletableFuture<Void> broken = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(PeerExchangeTest::echo); PeerStream exchange = peers.open("/echo")) {
            exchange.output().write(1);
            exchange.output().flush();
            assertThat(exchange.input().read()).isEqualTo(1);
            exchange.onClosed(() -> broken.complete(null));
            peers.endTheServer();
            broken.get();
            assertThatThrownBy(() -> exchange.input().read()).isInstanceOf(StreamBrokenException.class);
        }
    }

    @Test
    void aPeersEndIsSeenThoughItsLastWordsAreUnread() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        CountDownLatch heard = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(exchange -> {
            exchange.onClosed(() -> seen.complete(null));
            assertThat(exchange.input().read()).isEqualTo(1);
            heard.countDown();
            seen.join();
        });
                Gateway gateway = new Gateway(peers.server().address());
                PeerStream exchange = peers.open(gateway.address(), "/work")) {
            exchange.output().write(1);
            exchange.output().flush();
            awaitLatch(heard);
            exchange.output().write(2);
            exchange.output().close();
            gateway.awaitQuiet();
            gateway.cut();
            seen.get();
        }
    }

    @Test
    void aCutConnectionIsSeenByBothAndReplaced() throws Exception {
        CompletableFuture<Void> seenThere = new CompletableFuture<>();
        CompletableFuture<Void> seenHere = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            exchange.onClosed(() -> seenThere.complete(null));
            echo(exchange);
        }); Gateway gateway = new Gateway(peers.server().address())) {
            try (PeerStream exchange = peers.open(gateway.address(), "/echo")) {
                exchange.onClosed(() -> seenHere.complete(null));
                exchange.output().write(1);
                exchange.output().flush();
                assertThat(exchange.input().read()).isEqualTo(1);
                gateway.cut();
                seenThere.get();
                seenHere.get();
            }
            try (PeerStream exchange = peers.open(gateway.address(), "/echo")) {
                exchange.output().close();
                assertThat(exchange.input().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void closingFromAnotherThreadEndsAReadAndNeverGivesItOtherBytes() throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> {
            byte[] bytes = new byte[50_000];
            Arrays.fill(bytes, (byte) exchange.path().charAt(1));
            while (true) {
                exchange.output().write(bytes);
            }
        }); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                char letter = (char) ('a' + i % 26);
                int closeAfter = new Random(i).nextInt(100_000);
                readers.add(threads.submit(() -> readUntilClosed(peers.open("/" + letter), letter, closeAfter)));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Void readUntilClosed(PeerStream exchange, char letter,
            int closeAfter) {
        byte[] bytes = new byte[7000];
        long total = 0;
        try (exchange) {
            while (true) {
                int count = exchange.input().read(bytes);
                for (int i = 0; i < count; i++) {
                    assertThat((char) bytes[i]).isEqualTo(letter);
                }
                total += count;
                if (total > closeAfter) {
                    Thread.ofPlatform().start(exchange::close);
                    total = Long.MIN_VALUE;
                }
            }
        } catch (IOException _) {
            return null;
        }
    }

    @Test
    void saysWhichPeerCannotBeReached() throws Exception {
        try (TwoPeers peers = new TwoPeers(PeerExchangeTest::echo)) {
            var address = peers.server().address();
            peers.endTheServer();
            assertThatThrownBy(() -> peers.open("/echo")).isInstanceOf(IOException.class)
                    .hasMessageContaining(address.toString());
        }
    }

    @Test
    void aNodeOfNoMeshReachesNobody() throws Exception {
        try (EventLoops loops = EventLoops.started(1);
                PeerConnections alone = new PeerConnections(loops, Optional.empty());
                TwoPeers peers = new TwoPeers(PeerExchangeTest::echo)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(
                        () -> alone.open(peers.server().address(), PeerConnections.ConnectionClass.JOBS, "/x"))
                        .isInstanceOf(IOException.class).hasMessageContaining("no mesh");
            }
        }
    }

    private static void readToTheEnd(PeerStream exchange) throws IOException {
        assertThat(exchange.input().readAllBytes()).isEmpty();
    }

    private static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
