package dev.floe.node.rpc.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Bytes between two threads: the end, a failure, and that either side goes. */
final class BlockingBufferTest {
    private static final int MAX_BYTES = 8;

    private final AtomicInteger rooms = new AtomicInteger();
    private final BlockingBuffer<ByteBuf> buffer = new BlockingBuffer<>("peer", ByteBuf::readableBytes, MAX_BYTES,
            new StallTimer(StallPolicy.ENDLESS, () -> 0), rooms::incrementAndGet);
    private final InboundStream in = new InboundStream(buffer);

    /** What a thread does, and the thread. */
    private record Waiting<T>(Thread thread, CompletableFuture<T> outcome) {
        static <T> Waiting<T> begin(Callable<T> call) {
            CompletableFuture<T> outcome = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    outcome.complete(call.call());
                } catch (Exception e) {
                    outcome.completeExceptionally(e);
                }
            });
            await().atMost(Duration.ofMinutes(1)).until(() -> thread.getState() == Thread.State.WAITING);
            return new Waiting<>(thread, outcome);
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    private int put(String text) throws IOException {
        return buffer.put(room -> bytes(text.substring(0, Math.min(text.length(), room))));
    }

    @Test
    void givesWhatWasAddedAndThenTheEnd() throws IOException {
        buffer.add(bytes("abc"));
        buffer.add(bytes("de"), true);
        assertThat(in.read()).isEqualTo('a');
        assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("bcde");
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void releasesWhatWasRead() throws IOException {
        ByteBuf piece = bytes("abc");
        buffer.add(piece);
        assertThat(in.readNBytes(3)).hasSize(3);
        assertThat(piece.refCnt()).isZero();
    }

    @Test
    void handsOverWholePieces() throws IOException {
        ByteBuf piece = bytes("abc");
        buffer.add(piece);
        buffer.end();
        assertThat(buffer.take()).containsSame(piece);
        assertThat(piece.refCnt()).isOne();
        assertThat(buffer.take()).isEmpty();
    }

    @Test
    void aReaderWaitsForBytes() throws Exception {
        Waiting<Integer> reader = Waiting.begin(in::read);
        buffer.add(bytes("x"));
        assertThat(reader.outcome().get()).isEqualTo('x');
    }

    @Test
    void aReaderWaitsForTheEnd() throws Exception {
        Waiting<Integer> reader = Waiting.begin(in::read);
        buffer.end();
        assertThat(reader.outcome().get()).isEqualTo(-1);
    }

    @Test
    void aFailureComesAfterTheBytesBeforeIt() throws IOException {
        buffer.add(bytes("a"));
        buffer.breakOff("connection closed");
        assertThat(in.read()).isEqualTo('a');
        assertThatThrownBy(in::read).isInstanceOf(StreamBrokenException.class)
                .hasMessage("peer: connection closed");
        assertThat(buffer.isBroken()).isTrue();
    }

    @Test
    void aFailureAfterTheEndIsNone() throws IOException {
        buffer.end();
        buffer.breakOff("connection closed");
        assertThat(in.read()).isEqualTo(-1);
        assertThat(buffer.isBroken()).isFalse();
    }

    @Test
    void aFailureEndsAWait() {
        Waiting<Integer> reader = Waiting.begin(in::read);
        buffer.breakOff("reset");
        assertThatThrownBy(reader.outcome()::get).hasRootCauseMessage("peer: reset");
    }

    @Test
    void closingEndsAWaitOfTheReader() {
        Waiting<Integer> reader = Waiting.begin(in::read);
        buffer.close();
        assertThatThrownBy(reader.outcome()::get).hasRootCauseInstanceOf(StreamBrokenException.class)
                .hasRootCauseMessage("peer: closed");
    }

    @Test
    void closingReleasesWhatWaitsAndWhatComesLater() {
        ByteBuf early = bytes("early");
        ByteBuf late = bytes("late");
        buffer.add(early);
        in.close();
        buffer.add(late);
        assertThat(early.refCnt()).isZero();
        assertThat(late.refCnt()).isZero();
        assertThatThrownBy(in::read).isInstanceOf(StreamBrokenException.class);
    }

    @Test
    void aWriterWaitsForRoom() throws Exception {
        assertThat(put("0123456789")).isEqualTo(MAX_BYTES);
        assertThat(buffer.hasRoom()).isFalse();
        Waiting<Integer> writer = Waiting.begin(() -> put("89"));
        assertThat(in.readNBytes(MAX_BYTES)).asString(UTF_8).isEqualTo("01234567");
        assertThat(writer.outcome().get()).isEqualTo(2);
        assertThat(rooms).hasValue(1);
    }

    @Test
    void closingEndsAWaitOfTheWriter() throws IOException {
        put("01234567");
        Waiting<Integer> writer = Waiting.begin(() -> put("89"));
        buffer.close();
        assertThatThrownBy(writer.outcome()::get).hasRootCauseInstanceOf(StreamBrokenException.class);
        assertThatThrownBy(() -> put("x")).isInstanceOf(StreamBrokenException.class);
    }

    @Test
    void nothingIsPutBehindTheEnd() {
        buffer.end();
        assertThatThrownBy(() -> put("x")).isInstanceOf(StreamBrokenException.class);
    }

    @Test
    void anInterruptEndsAWaitAndStaysSet() {
        Waiting<Boolean> reader = Waiting.begin(() -> {
            assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("interrupted");
            return Thread.currentThread().isInterrupted();
        });
        reader.thread().interrupt();
        assertThat(reader.outcome().join()).isTrue();
    }

    @Test
    void anInterruptEndsAWaitOfTheWriter() throws IOException {
        put("01234567");
        Waiting<Integer> writer = Waiting.begin(() -> put("89"));
        writer.thread().interrupt();
        assertThatThrownBy(writer.outcome()::get).hasRootCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void asksForMoreOnceThereIsRoomAgain() throws IOException {
        buffer.add(bytes("0123456789"));
        assertThat(in.readNBytes(1)).hasSize(1);
        assertThat(rooms).hasValue(0);
        assertThat(in.readNBytes(2)).hasSize(2);
        assertThat(rooms).hasValue(1);
        assertThat(in.readNBytes(7)).hasSize(7);
        assertThat(rooms).hasValue(1);
    }
}
