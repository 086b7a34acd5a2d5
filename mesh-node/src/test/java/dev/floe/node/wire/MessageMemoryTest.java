package dev.floe.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.bounds.NoMemoryException;
import dev.floe.node.wire.ResultMessage.Found;

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
        try (Conversation conversation = new Conversation(written)) {
            conversation.send(new Found(new byte[bytes]));
        }
        return written.written();
    }

    @Test
    void holdsTheMemoryOfALongMessageUntilTheConversationEnds() throws IOException {
        byte[] twoMib = message(2 * MIB);
        try (Conversation first = new Conversation(new Remote("a", twoMib))) {
            assertThat(first.receive(Found.class).result()).hasSize(2 * MIB);
            assertThat(memory.messages().usedBytes()).isBetween(4L * MIB, 5L * MIB);
            try (Conversation second = new Conversation(new Remote("b", twoMib))) {
                assertThatThrownBy(() -> second.receive(Found.class)).isInstanceOf(NoMemoryException.class);
            }
            try (Conversation small = new Conversation(new Remote("b", message(60_000)))) {
                assertThat(small.receive(Found.class).result()).hasSize(60_000);
            }
        }
        assertThat(memory.messages().usedBytes()).isZero();
    }

    @Test
    void givesTheMemoryBackWhenAMessageIsBroken() throws IOException {
        byte[] half = java.util.Arrays.copyOf(message(2 * MIB), MIB);
        try (Conversation conversation = new Conversation(new Remote("a", half))) {
            assertThatThrownBy(() -> conversation.receive(Found.class)).isInstanceOf(BrokenExchangeException.class);
            assertThat(memory.messages().usedBytes()).isZero();
        }
    }

    @Test
    void refusesMostOfManyStreamsThatHoldLongMessages() throws Exception {
        byte[] message = message(MIB);
        List<Conversation> open = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 60; i++) {
            Conversation conversation = new Conversation(new Remote("peer" + i, message));
            open.add(conversation);
            try {
                conversation.receive(Found.class);
            } catch (NoMemoryException _) {
                refused.incrementAndGet();
            }
            assertThat(memory.messages().usedBytes()).isLessThanOrEqualTo(5 * MIB);
        }
        assertThat(refused).hasValue(58);
        open.forEach(Conversation::close);
        assertThat(memory.messages().usedBytes()).isZero();
    }

    @Test
    void takesMemoryForBlobsWhileTheyMove() throws IOException {
        long[] used = {0};
        byte[] bytes = new byte[3 * MIB];
        Remote out = new Remote("a", new byte[0]);
        try (Conversation conversation = new Conversation(out)) {
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
        try (Conversation conversation = new Conversation(new Remote("b", out.written()));
                MemoryBudget.Share _ = memory.blobs().acquire("x", 4L * MIB)) {
            assertThatThrownBy(() -> conversation.receiveBlob(bytes.length, OutputStream.nullOutputStream()))
                    .isInstanceOf(NoMemoryException.class);
        }
        try (Conversation conversation = new Conversation(new Remote("b", out.written()))) {
            conversation.receiveBlob(bytes.length, OutputStream.nullOutputStream());
        }
    }
}
