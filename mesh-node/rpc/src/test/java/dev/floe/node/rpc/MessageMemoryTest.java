package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.bounds.MemoryExhaustedException;
import dev.floe.node.rpc.messages.ResultMessage.ResultFound;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.WireMemory;

/** Long messages and blobs take memory only as far as there is some for all streams together. */
class MessageMemoryTest {
    private static final int MIB = 1 << 20;

    private final WireMemory memory = new WireMemory(new MemoryBudget(5 * MIB, Duration.ofMillis(1)),
            new MemoryBudget(5 * MIB, Duration.ofMillis(1)));

    /** An exchange of one of many peers. */
    private final class Remote extends Recorded {
        private final String node;

        Remote(String node, byte[] input) {
            super(input);
            this.node = node;
        }

        @Override
        public String node() {
            return node;
        }

        @Override
        public Optional<WireMemory> memory() {
            return Optional.of(memory);
        }
    }

    private static byte[] message(int bytes) throws IOException {
        Recorded written = new Recorded(new byte[0]);
        try (MessageStream conversation = new MessageStream(written)) {
            conversation.send(new ResultFound(new byte[bytes]));
        }
        return written.written();
    }

    @Test
    void holdsTheMemoryOfALongMessageUntilTheConversationEnds() throws IOException {
        byte[] twoMib = message(2 * MIB);
        try (MessageStream first = new MessageStream(new Remote("a", twoMib))) {
            assertThat(first.receive(ResultFound.class).result()).hasSize(2 * MIB);
            assertThat(memory.messages().usedBytes()).isBetween(4L * MIB, 5L * MIB);
            try (MessageStream second = new MessageStream(new Remote("b", twoMib))) {
                assertThatThrownBy(() -> second.receive(ResultFound.class))
                        .isInstanceOf(MemoryExhaustedException.class);
            }
            try (MessageStream small = new MessageStream(new Remote("b", message(60_000)))) {
                assertThat(small.receive(ResultFound.class).result()).hasSize(60_000);
            }
        }
        assertThat(memory.messages().usedBytes()).isZero();
    }

    @Test
    void givesTheMemoryBackWhenAMessageIsBroken() throws IOException {
        byte[] half = Arrays.copyOf(message(2 * MIB), MIB);
        try (MessageStream conversation = new MessageStream(new Remote("a", half))) {
            assertThatThrownBy(() -> conversation.receive(ResultFound.class)).isInstanceOf(StreamBrokenException.class);
            assertThat(memory.messages().usedBytes()).isZero();
        }
    }

    @Test
    void refusesMostOfManyStreamsThatHoldLongMessages() throws Exception {
        byte[] message = message(MIB);
        List<MessageStream> open = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 60; i++) {
            MessageStream conversation = new MessageStream(new Remote("peer" + i, message));
            open.add(conversation);
            try {
                conversation.receive(ResultFound.class);
            } catch (MemoryExhaustedException _) {
                refused.incrementAndGet();
            }
            assertThat(memory.messages().usedBytes()).isLessThanOrEqualTo(5 * MIB);
        }
        assertThat(refused).hasValue(58);
        open.forEach(MessageStream::close);
        assertThat(memory.messages().usedBytes()).isZero();
    }

    @Test
    void takesMemoryForBlobsWhileTheyMove() throws IOException {
        long[] used = {0};
        byte[] bytes = new byte[3 * MIB];
        Remote out = new Remote("a", new byte[0]);
        try (MessageStream conversation = new MessageStream(out)) {
            conversation.sendBlob(new ByteArrayInputStream(bytes) {
                @Override
                public synchronized int read(byte[] to, int offset, int length) {
                    used[0] = memory.blobs().usedBytes();
                    return super.read(to, offset, length);
                }
            }, bytes.length);
        }
        assertThat(used[0]).isBetween(2L * MIB, 3L * MIB);
        assertThat(memory.blobs().usedBytes()).isZero();
        try (MessageStream conversation = new MessageStream(new Remote("b", out.written()));
                MemoryBudget.Share _ = memory.blobs().acquire("x", 4L * MIB)) {
            assertThatThrownBy(() -> conversation.receiveBlob(bytes.length, OutputStream.nullOutputStream()))
                    .isInstanceOf(MemoryExhaustedException.class);
        }
        try (MessageStream conversation = new MessageStream(new Remote("b", out.written()))) {
            conversation.receiveBlob(bytes.length, OutputStream.nullOutputStream());
        }
    }
}
