package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.node.rpc.Recorded;
import dev.floe.node.rpc.messages.AwaitMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.QuarantineReportMessage;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage;
import dev.floe.node.rpc.messages.WireObservation;

/** Messages and blobs as a peer may send them. */
final class WireFuzzTest {
    private static final int MAX_BLOB_BYTES = 3 << 20;
    private static final byte[] HASH = new byte[32];

    @MethodSource("messages")
    @FuzzTest
    void decodesAMessageOrRefuses(byte[] bytes) {
        Object message;
        try {
            message = MessageStream.decode(bytes, Object.class, "peer");
        } catch (IOException _) {
            return;
        }
        try {
            byte[] encoded = MessageStream.encode(message);
            assertThat(MessageStream.encode(MessageStream.decode(encoded, Object.class, "peer"))).isEqualTo(encoded);
        } catch (IOException e) {
            throw new AssertionError("what was encoded is refused", e);
        }
    }

    @MethodSource("offers")
    @FuzzTest
    void spellsOutAnyOffer(byte[] bytes) {
        JobMessage.Offer offer;
        try {
            offer = MessageStream.decode(bytes, JobMessage.Offer.class, "peer");
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
        try (MessageStream conversation = new MessageStream(new Recorded(bytes))) {
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
                BlobBlockCodec.read(in, size, blob);
                assertThat(blob.size()).isEqualTo(Math.max(0, size));
            }
        } catch (IOException _) {
            assertThat(blob.size()).isLessThanOrEqualTo(MAX_BLOB_BYTES);
        }
    }

    static Stream<byte[]> messages() throws IOException {
        JobMessage.WireState state = new JobMessage.WireState(1, 2, 3, 4, 5, 6, 7, false);
        SubstituteCompilerMessage.CompatibilityResult verdict = SubstituteCompilerMessage.CompatibilityResult
                .against("/usr/bin/gcc", "it is another");
        List<Object> messages = List.of(offer(), new JobMessage.ResendInputs(9), new JobMessage.ExecutionStarted(9),
                new JobMessage.OfferAnswer(AdmissionVerdict.ACCEPTED, List.of(0, 1), 12, "", state, 9),
                new JobMessage.InputBlobHeader(1, 2),
                new JobMessage.JobResult(0, 1, 2, List.of(new JobMessage.WireOutput("/src/a.o", 0644, 3, HASH)),
                        new ExecutionTimings(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), state, HASH, HASH,
                        new WireObservation("", HASH, List.of("CPATH"), List.of("PATH"),
                                List.of("DATE:cc1"), HASH, HASH, new byte[]{5})),
                new JobMessage.Failure("no room", state), new BlobFetchMessage.FetchBlob(HASH, 5),
                new BlobFetchMessage.FetchToolchain("ab"),
                new BlobFetchMessage.BlobFound(5), new BlobFetchMessage.BlobNotFound("gone"),
                new BlobFetchMessage.ToolchainFound(HASH, 5, List.of(new BlobFetchMessage.FetchBlob(HASH, 5))),
                new ResultMessage.ResultRequest(HASH), new ResultMessage.ResultFound(HASH),
                new ResultMessage.ResultNotFound("gone"),
                new AwaitMessage.AwaitResult(HASH), new AwaitMessage.ResultReady(HASH),
                new AwaitMessage.Abandoned("gone"),
                new ReplicateMessage.StoreResult(HASH, HASH), new ReplicateMessage.MissingBlobs(List.of(1)),
                new ReplicateMessage.ResultStored(true),
                new ReplicateMessage.StoreRejected("no room"),
                new ReplicateMessage.Advisories(List.of(new ReplicateMessage.Advisory(HASH, HASH, HASH))),
                new QuarantineReportMessage.WrongResultReport("ab", "node", HASH, "a.c"),
                new SubstituteCompilerMessage.CompatibilityResults(List.of(verdict)),
                portrait(verdict));
        Stream.Builder<byte[]> encoded = Stream.builder();
        for (Object message : messages) {
            encoded.add(MessageStream.encode(message));
        }
        return encoded.build();
    }

    static Stream<byte[]> offers() throws IOException {
        return Stream.of(MessageStream.encode(offer()));
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
        for (int size : new int[]{0, 1, 300, BlobBlockCodec.BLOCK_BYTES + 1}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(size);
            BlobBlockCodec.write(new ByteArrayInputStream(new byte[size]), size, out);
            blobs.add(bytes.toByteArray());
        }
        return blobs.build();
    }

    private static JobMessage.Offer offer() {
        JobMessage.Offer offer = new JobMessage.Offer("job", "node1", "/usr/bin/gcc", List.of("gcc", "-c", "a.c"),
                "/src",
                List.of("LC_ALL=C.UTF-8"), 022, "ab".repeat(32),
                List.of(new JobMessage.WireInput(JobMessage.InputKind.FILE, "/src/a.c", 0644, HASH, 10, "", 5, 0),
                        new JobMessage.WireInput(JobMessage.InputKind.LINK, "/src/b.h", 0777, HASH, 0, "a.h", 0, 0)),
                List.of("/src"), 800, 1 << 20, "1:80:25", true, "/src", false);
        return offer
                .by(new SubstituteCompiler("cd".repeat(32), "/usr/bin/x-gcc", List.of("-O2"),
                        List.of("-I/x"), "GCC",
                        "gcc"))
                .brief(offer.inputs(), new JobMessage.InputReferences(9, List.of(2, 5))).observed(true);
    }

    private static SubstituteCompilerMessage.CompilerProfile portrait(
            SubstituteCompilerMessage.CompatibilityResult verdict) {
        return new SubstituteCompilerMessage.CompilerProfile("ab", "gcc", "12.2.0", "aarch64-linux-gnu", "/tmp", "GCC",
                "/usr/bin/gcc",
                List.of(new SubstituteCompilerMessage.CompilerFacts(List.of("#define A 1"), List.of("-O2"),
                        List.of("as 2.40"))),
                List.of(new SubstituteCompilerMessage.SampleResult("plain", "code", false, "a.c", "int x;", "a.o",
                        List.of("-O2"), 0,
                        HASH, HASH)),
                List.of(verdict));
    }
}
