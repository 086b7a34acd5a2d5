package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
import dev.floe.node.rpc.stream.WireProtocol;

/** Long messages and blobs take memory only as far as there is some for all streams together. */
class MessageMemoryTest {
    private static final int MIB = 1 << 20;

    private final WireMemory memory = new WireMemory(new MemoryBudget(5 * MIB, Duration.ofMillis(1)),
            new MemoryBudget(5 * MIB, Duration.ofMillis(1)));

    /** An exchange of one of many peers. */
    private class Remote extends Recorded {
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

    @Test
    void holdsTheMemoryOfABlobThatIsKeptUntilTheConversationEnds() throws IOException {
        Remote out = new Remote("a", new byte[0]);
        try (MessageStream conversation = new MessageStream(out)) {
            conversation.sendBlob(new ByteArrayInputStream(new byte[2 * MIB]), 2 * MIB);
        }
        try (MessageStream first = new MessageStream(new Remote("b", out.written()))) {
            assertThat(first.receiveBytes(2 * MIB)).isEqualTo(new byte[2 * MIB]);
            assertThat(memory.messages().usedBytes()).isEqualTo(4L * MIB);
            try (MessageStream second = new MessageStream(new Remote("c", out.written()))) {
                assertThatThrownBy(() -> second.receiveBytes(2 * MIB)).isInstanceOf(MemoryExhaustedException.class);
            }
        }
        assertThat(memory.messages().usedBytes()).isZero();
        try (MessageStream conversation = new MessageStream(new Remote("b", new byte[0]))) {
            assertThatThrownBy(() -> conversation.receiveBytes(256 * MIB)).isInstanceOf(MemoryExhaustedException.class);
        }
    }

    @Test
    void aCompressedMessageTakesTheMemoryOfTheWholeOne() throws IOException {
        Remote out = new Remote("a", new byte[0]);
        try (MessageStream conversation = new MessageStream(out)) {
            conversation.send(new ResultFound(new byte[2 * MIB]));
        }
        assertThat(out.written()).hasSizeLessThan(MIB);
        try (MessageStream conversation = new MessageStream(new Remote("b", out.written()))) {
            assertThat(conversation.receive(ResultFound.class).result()).isEqualTo(new byte[2 * MIB]);
            assertThat(memory.messages().usedBytes()).isGreaterThanOrEqualTo(4L * MIB);
            try (MessageStream second = new MessageStream(new Remote("c", out.written()))) {
                assertThatThrownBy(() -> second.receive(ResultFound.class))
                        .isInstanceOf(MemoryExhaustedException.class);
            }
        }
    }

    @Test
    void aShortMessageAndOneToAnOlderPeerAreSentAsTheyAre() throws IOException {
        Remote small = new Remote("a", new byte[0]);
        try (MessageStream conversation = new MessageStream(small)) {
            conversation.send(new ResultFound(new byte[100]));
        }
        assertThat(small.written()).isEqualTo(message(100));
        Remote older = new Remote("a", new byte[0]) {
            @Override
            public WireProtocol protocol() {
                return WireProtocol.V1;
            }
        };
        try (MessageStream conversation = new MessageStream(older)) {
            conversation.send(new ResultFound(new byte[5000]));
        }
        assertThat(older.written()).isEqualTo(message(5000));
    }

    @Test
    void refusesCompressedMessagesThatAreTooLongOrDamaged() throws IOException {
        assertRefused(ByteBuffer.allocate(8).putInt(-10).putInt(MessageStream.MAX_MESSAGE_BYTES + 1), "is refused");
        assertRefused(ByteBuffer.allocate(8).putInt(-10).putInt(-5), "is refused");
        assertRefused(ByteBuffer.allocate(8).putInt(-10).putInt(10), "is refused");
        assertRefused(ByteBuffer.allocate(8).putInt(Integer.MIN_VALUE).putInt(10), "is refused");
        assertRefused(ByteBuffer.allocate(18).putInt(-10).putInt(100), "is damaged");
        Remote out = new Remote("a", new byte[0]);
        try (MessageStream conversation = new MessageStream(out)) {
            conversation.send(new ResultFound(new byte[5000]));
        }
        ByteBuffer longer = ByteBuffer.wrap(out.written());
        longer.putInt(4, longer.getInt(4) - 1);
        assertRefused(longer, "is damaged");
    }

    private void assertRefused(ByteBuffer bytes, String why) throws IOException {
        try (MessageStream conversation = new MessageStream(new Remote("b", bytes.array()))) {
            assertThatThrownBy(() -> conversation.receive(ResultFound.class)).isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }
}
