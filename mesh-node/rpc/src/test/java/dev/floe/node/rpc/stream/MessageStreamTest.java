package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import org.infinispan.protostream.WrappedMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.github.luben.zstd.Zstd;

import dev.floe.node.rpc.Recorded;
import dev.floe.node.rpc.messages.AwaitMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchBlob;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchain;
import dev.floe.node.rpc.messages.BlobFetchMessage.ToolchainFound;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.messages.WireObservation;

final class MessageStreamTest {
    private static final byte[] HASH = new byte[32];
    private static final WireState STATE = new WireState(3, 14, 2, 6, 1, 1500, 1L << 33, false);
    private static final WireState NO_STATE = new WireState(0, 0, 0, 0, 0, 0, 0, false);
    private static final ExecutionTimings EFFORT = new ExecutionTimings(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

    static {
        new Random(7).nextBytes(HASH);
    }

    static List<Object> messages() {
        return List.of(
                new Offer("a/1", "a", "/usr/bin/gcc", List.of("gcc", "-c", "", "x.c"), "/w",
                        List.of("LC_ALL=C", "EMPTY="), 022, "ab12",
                        List.of(new WireInput(InputKind.FILE, "/w/x.c", 0644, HASH, 17, "", 0, 0),
                                new WireInput(InputKind.PRIVATE_FILE, "/w/é.h", 0644, HASH, 17, "",
                                        1_700_000_000_123_456_789L, 3),
                                new WireInput(InputKind.LINK, "/w/l", 0, new byte[0], 0, "../x", 0, 0),
                                new WireInput(InputKind.DIRECTORY, "/w", 0755, new byte[0], 0, "", 0, 0)),
                        List.of("/w"), 2000, 1L << 28, "1:80:24", true, "/w", true),
                new Offer("", "", "", List.of(), "", List.of(), 0, "", List.of(), List.of(), 0, 0, "", false, "",
                        false).observed(true),
                new OfferAnswer(AdmissionVerdict.QUEUED, List.of(0, 5, 49_999), 1200, "fetches the toolchain", STATE),
                new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, "", NO_STATE),
                new InputBlobHeader(0, 0), new InputBlobHeader(7, 1L << 40),
                new JobResult(0, 12, 0, List.of(new WireOutput("/w/x.o", 0644, 4096, HASH),
                        new WireOutput("/w/x.d", 0600, 0, new byte[0])),
                        EFFORT, STATE, HASH, HASH,
                        new WireObservation("", HASH, List.of("CPATH", "TMPDIR"), List.of("PATH"),
                                List.of("DATE:cc1"), HASH, HASH, new byte[]{5})),
                new JobResult(139, 0, 0, List.of(), new ExecutionTimings(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), NO_STATE,
                        new byte[0],
                        new byte[0]),
                new Failure("", NO_STATE), new Failure("disk full", STATE),
                new FetchBlob(HASH, 5), new FetchToolchain("ab12"), new FetchToolchain(""), new BlobFound(0),
                new BlobFound(9),
                new BlobNotFound(""),
                new ToolchainFound(HASH, 1 << 20, List.of(new FetchBlob(HASH, 1 << 20))),
                new ToolchainFound(HASH, 0, List.of()),
                new ResultMessage.ResultRequest(HASH), new ResultMessage.ResultFound(new byte[500]),
                new ResultMessage.ResultNotFound("gone"),
                new AwaitMessage.AwaitResult(HASH), new AwaitMessage.ResultReady(HASH),
                new AwaitMessage.Abandoned("it failed"),
                new ReplicateMessage.StoreResult(HASH, new byte[500]), new ReplicateMessage.MissingBlobs(List.of(0, 7)),
                new ReplicateMessage.MissingBlobs(List.of()), new ReplicateMessage.ResultStored(true),
                new ReplicateMessage.ResultStored(false),
                new ReplicateMessage.StoreRejected("keeps nothing"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void bringsEachMessageBack(Object message) throws IOException {
        assertThat(MessageStream.decode(MessageStream.encode(message), message.getClass(), "x"))
                .usingRecursiveComparison()
                .isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void ignoresFieldsThatALaterVersionAdds(Object message) throws IOException {
        byte[] later = withMoreFields(MessageStream.encode(message));
        assertThat(MessageStream.decode(later, message.getClass(), "x")).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void keepsTheOrderOfMessagesAndBlobs() throws IOException {
        Recorded written = new Recorded(new byte[0]);
        try (MessageStream conversation = new MessageStream(written)) {
            conversation.send(new InputBlobHeader(1, 3));
            conversation.sendBlob(new ByteArrayInputStream(new byte[]{1, 2, 3}), 3);
            conversation.send(new Failure("why", STATE));
            conversation.finish();
        }
        try (MessageStream conversation = new MessageStream(new Recorded(written.written()))) {
            assertThat(conversation.receive(JobMessage.class)).isEqualTo(new InputBlobHeader(1, 3));
            ByteArrayOutputStream blob = new ByteArrayOutputStream();
            conversation.receiveBlob(3, blob);
            assertThat(blob.toByteArray()).containsExactly(1, 2, 3);
            assertThat(conversation.receive(JobMessage.class)).isEqualTo(new Failure("why", STATE));
            assertThatThrownBy(() -> conversation.receive(JobMessage.class)).isInstanceOf(StreamBrokenException.class)
                    .hasMessageContaining("recorded").hasMessageContaining("ended before it had answered");
        }
    }

    @Test
    void refusesAMessageOfAnotherKind() throws IOException {
        byte[] bytes = MessageStream.encode(new BlobFound(1));
        assertThatThrownBy(() -> MessageStream.decode(bytes, Offer.class, "x")).isInstanceOf(IOException.class)
                .hasMessage("x: sent a message that was not expected; is it another release of Floe?");
    }

    @Test
    void refusesAMessageThatLacksWhatItCannotDoWithout() throws IOException {
        for (Object message : messages()) {
            byte[] empty = withoutFields(MessageStream.encode(message));
            Object decoded;
            try {
                decoded = MessageStream.decode(empty, Object.class, "x");
            } catch (IOException e) {
                continue;
            }
            assertThat(decoded).hasNoNullFieldsOrProperties();
        }
    }

    @Test
    void refusesAMessageLongerThanItsBound() {
        for (int length : new int[]{-1, MessageStream.MAX_MESSAGE_BYTES + 1, Integer.MAX_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(100).putInt(length).array();
            assertThatThrownBy(() -> receive(bytes)).isInstanceOf(IOException.class).hasMessageContaining("refused");
        }
    }

    @Test
    void refusesACompressedMessageThatIsNotWhatItSays() throws IOException {
        byte[] message = MessageStream.encode(new BlobNotFound("x".repeat(5000)));
        byte[] compressed = Zstd.compress(message);
        assertThat(receive(compressed(compressed, message.length))).isInstanceOf(BlobNotFound.class);
        for (int told : new int[]{message.length + 1, message.length - 1, compressed.length, 1, 0, -1,
                MessageStream.MAX_MESSAGE_BYTES + 1}) {
            assertThatThrownBy(() -> receive(compressed(compressed, told))).as("%d bytes", told)
                    .isInstanceOf(IOException.class).hasMessageMatching(".*(refused|damaged).*");
        }
    }

    private static byte[] compressed(byte[] bytes, int told) {
        return ByteBuffer.allocate(2 * Integer.BYTES + bytes.length).putInt(-bytes.length).putInt(told).put(bytes)
                .array();
    }

    @Test
    void allocatesForAMessageOnlyWhatHasCome() {
        byte[] bytes = ByteBuffer.allocate(100).putInt(MessageStream.MAX_MESSAGE_BYTES).array();
        assertThat(BlobBlockCodecTest
                .allocated(() -> assertThatThrownBy(() -> receive(bytes)).isInstanceOf(IOException.class)))
                .isLessThan(1 << 20);
    }

    @Test
    void allocatesForAFieldOnlyWhatHasCome() throws IOException {
        byte[] bytes = MessageStream.encode(new FetchBlob(HASH, 5));
        int at = indexOf(bytes, HASH) - 1;
        assertThat(bytes[at]).isEqualTo((byte) HASH.length);
        byte[] boasting = concat(Arrays.copyOf(bytes, at),
                new byte[]{(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f},
                Arrays.copyOfRange(bytes, at + 1, bytes.length));
        assertThat(BlobBlockCodecTest.allocated(
                () -> assertThatThrownBy(() -> MessageStream.decode(boasting, FetchBlob.class, "x"))
                        .isInstanceOf(IOException.class)))
                .isLessThan(1 << 20);
    }

    @Test
    void decodesDamagedMessagesOrSaysThatItCannot() throws IOException {
        List<Object> messages = messages();
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = MessageStream.encode(messages.get(random.nextInt(messages.size())));
            refused += decodesOrRefuses(BlobBlockCodecTest.damaged(bytes, random), seed) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void decodesNoiseOrSaysThatItCannot() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            decodesOrRefuses(bytes, seed);
        }
    }

    private static boolean decodesOrRefuses(byte[] bytes, int seed) {
        try {
            MessageStream.decode(bytes, Object.class, "x");
            return true;
        } catch (IOException e) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static Object receive(byte[] bytes) throws IOException {
        try (MessageStream conversation = new MessageStream(new Recorded(bytes))) {
            return conversation.receive(Object.class);
        }
    }

    /**
     * A wrapped message is its type's name and its bytes; these get two fields more, numbers 1000 and 1001, of
     * different wire types.
     */
    private static byte[] withMoreFields(byte[] wrapped) {
        byte[] more = {(byte) 0xc0, 0x3e, 0x2a, (byte) 0xca, 0x3e, 3, 'n', 'e', 'w'};
        return rewrapped(wrapped, bytes -> concat(bytes, more));
    }

    private static byte[] withoutFields(byte[] wrapped) {
        return rewrapped(wrapped, bytes -> new byte[0]);
    }

    private static byte[] rewrapped(byte[] wrapped, UnaryOperator<byte[]> change) {
        ByteBuffer in = ByteBuffer.wrap(wrapped);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean changed = false;
        while (in.hasRemaining()) {
            long tag = varint(in);
            assertThat(tag & 7).as("wire type of field %d", tag >> 3).isIn(0L, 2L);
            putVarint(out, tag);
            long value = varint(in);
            if ((tag & 7) == 0) {
                putVarint(out, value);
                continue;
            }
            byte[] bytes = new byte[(int) value];
            in.get(bytes);
            boolean isMessage = tag >> 3 == WRAPPED_MESSAGE;
            byte[] written = isMessage ? change.apply(bytes) : bytes;
            changed |= isMessage;
            putVarint(out, written.length);
            out.writeBytes(written);
        }
        assertThat(changed).as("found the message in its wrapping").isTrue();
        return out.toByteArray();
    }

    /** The number of the field that holds the message, as ProtoStream's WrappedMessage has it. */
    private static final int WRAPPED_MESSAGE = WrappedMessage.WRAPPED_MESSAGE;

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void putVarint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left > 0x7f) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
