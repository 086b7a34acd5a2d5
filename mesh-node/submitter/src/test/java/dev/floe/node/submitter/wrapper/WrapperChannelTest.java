package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.unix.UnixStream;
import dev.floe.store.descriptors.OpenDescriptor;

/** What is written in one piece, and how the end of a wrapper is noticed. */
final class WrapperChannelTest {
    private final FakeStream stream = new FakeStream();
    private final WrapperChannel channel = new WrapperChannel(stream);

    /** A connection in memory that reads what it is given and keeps each write. */
    private static final class FakeStream implements UnixStream {
        private ByteBuffer inbound = ByteBuffer.allocate(0);
        private final AtomicInteger served = new AtomicInteger(); // bytes
        private final List<Integer> writes = new ArrayList<>(); // their lengths
        private Runnable hangUp = () -> {};

        @Override
        public int read(byte[] to, int offset, int length) {
            int count = Math.min(length, inbound.remaining());
            inbound.get(to, offset, count);
            served.addAndGet(count);
            return count == 0 ? -1 : count;
        }

        @Override
        public void write(ByteBuffer[] buffers, @Nullable OpenDescriptor passed) {
            int size = 0;
            for (ByteBuffer buffer : buffers) {
                size += buffer.remaining();
            }
            writes.add(size);
        }

        @Override
        public boolean writeAtOnce(ByteBuffer bytes) {
            writes.add(bytes.remaining());
            return true;
        }

        @Override
        public Optional<OpenDescriptor> received() {
            return Optional.empty();
        }

        @Override
        public boolean onHangUp(Runnable action) {
            hangUp = action;
            return true;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static WrapperFrame chunk(int bytes) {
        return new WrapperFrame(WrapperFrame.CHUNK, ByteBuffer.wrap(new byte[bytes]));
    }

    @Test
    void queuedFramesGoOutWithTheNextThatIsSent() throws IOException {
        channel.queue(chunk(10));
        channel.queue(chunk(20));
        assertThat(stream.writes).isEmpty();
        channel.send(new WrapperFrame.Writer().frame(WrapperFrame.COMMIT));
        assertThat(stream.writes).containsExactly(3 * 5 + 30);
        channel.send(new WrapperFrame.Writer().frame(WrapperFrame.COMMIT));
        assertThat(stream.writes).last().isEqualTo(5);
    }

    @Test
    void moreThanASocketTakesIsNotKept() throws IOException {
        channel.queue(chunk(10));
        channel.queue(chunk(100_000));
        assertThat(stream.writes).containsExactly(2 * 5 + 100_010);
        for (int i = 0; i < 100; i++) {
            channel.queue(chunk(1000));
        }
        assertThat(stream.writes).as("some of a hundred").hasSize(2);
    }

    @Test
    void readsOnTheThreadThatTakes() throws IOException {
        stream.inbound = ByteBuffer.allocate(8).putInt(3).put((byte) WrapperFrame.CHUNK).put(new byte[]{1, 2, 3})
                .flip();
        assertThat(channel.take().payload().remaining()).isEqualTo(3);
        assertThat(channel.gone()).isNotDone();
        assertThatThrownBy(channel::take).isInstanceOf(WrapperDisconnectedException.class);
        assertThat(channel.gone()).isDone();
    }

    @Test
    void waitsInVainLetNoFurtherFramesBeReadAhead() throws IOException {
        int frames = 20;
        int bytes = 20_000;
        stream.inbound = ByteBuffer.allocate(frames * (bytes + 5));
        for (int i = 0; i < frames; i++) {
            stream.inbound.putInt(bytes).put((byte) WrapperFrame.CHUNK).put(new byte[bytes]);
        }
        stream.inbound.flip();
        for (int i = 0; i < frames; i++) {
            assertThat(channel.take(Duration.ofNanos(1))).isEmpty();
        }
        Thread reader = channel.readAhead();
        while (reader.getState() != Thread.State.WAITING && reader.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(stream.served.get()).as("bytes read ahead").isBetween(1, 6 * bytes);
        channel.close();
    }

    @Test
    void theEndIsNoticedThoughNothingIsTaken() {
        stream.hangUp.run();
        channel.gone().join();
    }

    @Test
    void whoAwaitsTheEndLearnsThatThisSideHasClosed() throws IOException {
        channel.close();
        channel.gone().join();
    }

    @Test
    void refusesAFrameThatIsTooLong() {
        stream.inbound = ByteBuffer.allocate(5).putInt(-1).put((byte) WrapperFrame.CHUNK).flip();
        assertThatThrownBy(channel::take).isInstanceOf(WrapperProtocolException.class);
    }

    @Test
    void onlyAWrapperThatWasToldToExitNeedNotBeAwaited() throws IOException {
        channel.sendLast(new WrapperFrame.Writer().u8(1).frame(WrapperFrame.EXEC));
        assertThat(channel.isToldToExit()).isFalse();
        channel.sendLast(new WrapperFrame.Writer().u32(0).frame(WrapperFrame.EXIT));
        assertThat(channel.isToldToExit()).isTrue();
    }
}
