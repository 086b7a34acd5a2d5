package dev.floe.node.submitter.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.FramesOfAWrapper.Written;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.node.submitter.cache.InputLookup;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.remote.RemoteJobClient.RemoteJobResult;
import dev.floe.node.submitter.roots.UserFileAccess;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ResultContent;

/** What is written of a result, and what is left of one that does not come to its end. */
final class OutputReceiverTest {
    private static final byte[] NO_HASH = {};

    @TempDir
    Path directory;
    private OneRequest request;
    private OutputReceiver receiver;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        request = new OneRequest(directory);
        receiver = receiver(request.wrapper.client());
    }

    private OutputReceiver receiver(WrapperClient wrapper) throws IOException {
        ResultRecorder recorder = new ResultRecorder(request.context(), request.policy(),
                new InputLookup(request.context(), request.resolved(), request.policy()),
                Optional.of(request.keys()), Optional.empty(), Optional.empty());
        return new OutputReceiver(wrapper, request.context().account(), request.task(), recorder);
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
        request.close();
    }

    private String output() {
        return directory.resolve("M.o").toString();
    }

    private WireOutput object(byte[] announced, byte[] hash) {
        return new WireOutput(output(), 0644, announced.length, hash);
    }

    /** Receives a result whose executor sends these outputs; it breaks off before the last unless it sends the whole. */
    private RemoteJobResult receive(JobResult result, boolean whole, byte[]... outputs) throws IOException {
        try (MessageStream conversation = new MessageStream(InProcessStream.open("/job", exchange -> {
            try (MessageStream executor = new MessageStream(exchange)) {
                for (int i = 0; i < outputs.length - (whole ? 0 : 1); i++) {
                    executor.sendBlob(new ByteArrayInputStream(outputs[i]), outputs[i].length);
                }
                if (whole) {
                    executor.finish();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }))) {
            return receiver.receive(new JobClient(conversation, 0), result, System.nanoTime());
        }
    }

    private List<Path> unfinishedCopies() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("node/store/tmp"))) {
            return all.toList();
        }
    }

    @Test
    void writesTheFilesAndPrints() throws IOException {
        byte[] object = "object".getBytes(UTF_8);
        byte[] warning = "a warning".getBytes(UTF_8);
        JobResult result = LyingExecutor.outcome(0, warning.length, 0, List.of(object(object, NO_HASH)));
        assertThat(receive(result, true, warning, new byte[0], object)).isInstanceOf(RemoteJobResult.Ended.class);
        assertThat(request.wrapper.files()).containsOnly(Map.entry(output(), new Written(0644, "object")));
        assertThat(request.wrapper.printed()).isEqualTo("a warning");
    }

    @Test
    void printsComplaintsFirstAsACompilerDoes() throws IOException {
        byte[] object = "object".getBytes(UTF_8);
        byte[] listing = "a listing".getBytes(UTF_8);
        byte[] warning = "a warning, ".getBytes(UTF_8);
        JobResult result = LyingExecutor.outcome(0, listing.length, warning.length, List.of(object(object, NO_HASH)));
        receive(result, true, listing, warning, object);
        assertThat(request.wrapper.merged()).isEqualTo("a warning, a listing");
    }

    @Test
    void writesNothingOfACompileThatFailed() throws IOException {
        assertThat(receive(LyingExecutor.outcome(1, 5, 5, List.of()), true))
                .isInstanceOfSatisfying(RemoteJobResult.Ended.class, ended -> assertThat(ended.exit()).isEqualTo(1));
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void refusesOtherBytesThanWereAnnounced() {
        byte[] object = "object".getBytes(UTF_8);
        JobResult result = LyingExecutor.outcome(0, 0, 0,
                List.of(object(object, Digest.ofBytes("others".getBytes(UTF_8)).hash())));
        assertThatThrownBy(() -> receive(result, true, new byte[0], new byte[0], object))
                .hasMessage("the executor returns other bytes of " + output() + " than it announces");
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void refusesAFileThatTheCommandDoesNotMake() {
        JobResult result = LyingExecutor.outcome(0, 0, 0, List.of(new WireOutput("/etc/passwd", 0644, 1, NO_HASH)));
        assertThatThrownBy(() -> receive(result, true)).hasMessageContaining("which this command would not make");
    }

    /** More than a result holds itself. */
    private static byte[] large() {
        byte[] large = new byte[ResultContent.Inline.MAX_BYTES + 1];
        Arrays.fill(large, (byte) 'x');
        return large;
    }

    private void writesALargeObject(int copies) throws IOException {
        byte[] large = large();
        JobResult result = LyingExecutor.outcome(0, 0, 0, List.of(object(large, Digest.ofBytes(large).hash())));
        receive(result, true, new byte[0], new byte[0], large);
        assertThat(request.wrapper.files())
                .containsOnly(Map.entry(output(), new Written(0644, new String(large, UTF_8))));
        assertThat(request.node.store().contains(Digest.ofBytes(large))).isTrue();
        assertThat(request.wrapper.copies()).isEqualTo(copies);
    }

    @Test
    void aLargeOutputIsCopiedOutOfTheStore() throws IOException {
        receiver = receiver(request.wrapper.client(new UserFileAccess(true, Optional.empty(), false)));
        writesALargeObject(1);
    }

    @Test
    void anOutputThatTheStoreHasAlreadyIsCopiedOutOfIt() throws IOException {
        request.node.store().put(large());
        receiver = receiver(request.wrapper.client(new UserFileAccess(true, Optional.empty(), false)));
        writesALargeObject(1);
    }

    @Test
    void aWrapperThatCannotCopyGetsTheBytes() throws IOException {
        writesALargeObject(0);
    }

    @Test
    void refusesALargeOutputWithOtherBytes() {
        byte[] damaged = large();
        damaged[17] = 'y';
        JobResult result = LyingExecutor.outcome(0, 0, 0, List.of(object(damaged, Digest.ofBytes(large()).hash())));
        assertThatThrownBy(() -> receive(result, true, new byte[0], new byte[0], damaged))
                .hasMessage("the executor returns other bytes of " + output() + " than it announces");
        assertThat(request.wrapper.files()).isEmpty();
        assertThat(request.node.store().contains(Digest.ofBytes(large()))).isFalse();
    }

    @Test
    void givesUpTheCopyOfAResultThatBreaksOff() throws IOException {
        byte[] large = new byte[ResultContent.Inline.MAX_BYTES + 1];
        byte[] hash = Digest.ofBytes(large).hash();
        JobResult first = LyingExecutor.outcome(0, 0, 0, List.of(object(large, hash)));
        assertThatThrownBy(() -> receive(first, false, new byte[0], new byte[0], large))
                .isInstanceOf(IOException.class);
        assertThat(unfinishedCopies()).hasSize(1);
        JobResult second = LyingExecutor.outcome(0, 0, 0, List.of(object(new byte[1], NO_HASH)));
        receive(second, true, new byte[0], new byte[0], new byte[1]);
        assertThat(unfinishedCopies()).isEmpty();
    }
}
