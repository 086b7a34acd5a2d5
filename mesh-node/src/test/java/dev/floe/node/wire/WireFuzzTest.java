package dev.floe.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.floe.node.wire.JobMessage.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages and blobs as a peer may send them. */
final class WireFuzzTest {
    private static final int MAX_BLOB_BYTES = 3 << 20;
    private static final byte[] HASH = new byte[32];

    @MethodSource("messages")
    @FuzzTest
    void decodesAMessageOrRefuses(byte[] bytes) {
        Object message;
        try {
            message = Conversation.decode(bytes, Object.class, "peer");
        } catch (IOException _) {
            return;
        }
        try {
            byte[] encoded = Conversation.encode(message);
            assertThat(Conversation.encode(Conversation.decode(encoded, Object.class, "peer"))).isEqualTo(encoded);
        } catch (IOException e) {
            throw new AssertionError("what was encoded is refused", e);
        }
    }

    @MethodSource("offers")
    @FuzzTest
    void spellsOutAnyOffer(byte[] bytes) {
        JobMessage.Offer offer;
        try {
            offer = Conversation.decode(bytes, JobMessage.Offer.class, "peer");
        } catch (IOException _) {
            return;
        }
        assertThat(offer.call()).doesNotContainNull();
        assertThat(offer.running()).isNotNull();
        assertThat(offer.whole(offer.inputs()).inputs()).isEqualTo(offer.inputs());
    }

    @MethodSource("conversations")
    @FuzzTest
    void receivesFramedMessagesOrRefuses(byte[] bytes) {
        try (Conversation conversation = new Conversation(new Recorded(bytes))) {
            while (true) {
                assertThat(conversation.receive(JobMessage.class)).isNotNull();
            }
        } catch (IOException _) {
            // all ends so
        }
    }

    /** The first four bytes are the announced size. */
    @MethodSource("blobs")
    @FuzzTest
    void readsABlobOrRefuses(byte[] bytes) {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int size = in.readInt();
            if (size <= MAX_BLOB_BYTES) {
                Blocks.read(in, size, blob);
                assertThat(blob.size()).isEqualTo(Math.max(0, size));
            }
        } catch (IOException _) {
            assertThat(blob.size()).isLessThanOrEqualTo(MAX_BLOB_BYTES);
        }
    }

    static Stream<byte[]> messages() throws IOException {
        JobMessage.WireState state = new JobMessage.WireState(1, 2, 3, 4, 5, 6, 7, false);
        StandInMessage.Verdict verdict = StandInMessage.Verdict.against("/usr/bin/gcc", "it is another");
        List<Object> messages = List.of(offer(), new JobMessage.TellAll(9),
                new JobMessage.Answer(Verdict.ACCEPTED, List.of(0, 1), 12, "", state, 9),
                new JobMessage.BlobFollows(1, 2),
                new JobMessage.Outcome(0, 1, 2, List.of(new JobMessage.WireOutput("/src/a.o", 0644, 3, HASH)),
                        new JobMessage.Effort(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), state, HASH, HASH,
                        new WireObservation("", HASH, List.of("CPATH"), List.of("PATH"),
                                List.of("DATE:cc1"), HASH, HASH, new byte[]{5})),
                new JobMessage.Failure("no room", state), new FetchMessage.Want(HASH, 5),
                new FetchMessage.WantToolchain("ab"),
                new FetchMessage.Found(5), new FetchMessage.Absent("gone"),
                new FetchMessage.ToolchainFound(HASH, 5, List.of(new FetchMessage.Want(HASH, 5))),
                new ResultMessage.Ask(HASH), new ResultMessage.Found(HASH), new ResultMessage.Absent("gone"),
                new AwaitMessage.Await(HASH), new AwaitMessage.Done(HASH), new AwaitMessage.GivenUp("gone"),
                new KeepMessage.Keep(HASH, HASH), new KeepMessage.Missing(List.of(1)), new KeepMessage.Kept(true),
                new KeepMessage.Refused("no room"),
                new KeepMessage.Notes(List.of(new KeepMessage.Note(HASH, HASH, HASH))),
                new ReportMessage.Wrong("ab", "node", HASH, "a.c"), new StandInMessage.Verdicts(List.of(verdict)),
                portrait(verdict));
        Stream.Builder<byte[]> encoded = Stream.builder();
        for (Object message : messages) {
            encoded.add(Conversation.encode(message));
        }
        return encoded.build();
    }

    static Stream<byte[]> offers() throws IOException {
        return Stream.of(Conversation.encode(offer()));
    }

    static Stream<byte[]> conversations() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (byte[] message : messages().toList()) {
            out.writeInt(message.length);
            out.write(message);
        }
        return Stream.of(bytes.toByteArray());
    }

    static Stream<byte[]> blobs() throws IOException {
        Stream.Builder<byte[]> blobs = Stream.builder();
        for (int size : new int[]{0, 1, 300, Blocks.BLOCK_BYTES + 1}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(size);
            Blocks.write(new ByteArrayInputStream(new byte[size]), size, out);
            blobs.add(bytes.toByteArray());
        }
        return blobs.build();
    }

    private static JobMessage.Offer offer() {
        JobMessage.Offer offer = new JobMessage.Offer("job", "node1", "/usr/bin/gcc", List.of("gcc", "-c", "a.c"),
                "/src",
                List.of("LC_ALL=C.UTF-8"), 022, "ab".repeat(32),
                List.of(new JobMessage.WireInput(JobMessage.Kind.FILE, "/src/a.c", 0644, HASH, 10, "", 5, 0),
                        new JobMessage.WireInput(JobMessage.Kind.LINK, "/src/b.h", 0777, HASH, 0, "a.h", 0, 0)),
                List.of("/src"), 800, 1 << 20, "1:80:25", true, "/src", false);
        return offer
                .by(new JobMessage.StandIn("cd".repeat(32), "/usr/bin/x-gcc", List.of("-O2"), List.of("-I/x"), "GCC",
                        "gcc"))
                .brief(offer.inputs(), new JobMessage.Brief(9, List.of(2, 5))).observed(true);
    }

    private static StandInMessage.Portrait portrait(StandInMessage.Verdict verdict) {
        return new StandInMessage.Portrait("ab", "gcc", "12.2.0", "aarch64-linux-gnu", "/tmp", "GCC", "/usr/bin/gcc",
                List.of(new StandInMessage.Facts(List.of("#define A 1"), List.of("-O2"), List.of("as 2.40"))),
                List.of(new StandInMessage.Sketch("plain", "code", false, "a.c", "int x;", "a.o", List.of("-O2"), 0,
                        HASH, HASH)),
                List.of(verdict));
    }
}
