package dev.floe.node.submitter.remote;

import static dev.floe.node.submitter.LyingExecutor.EFFORT;
import static dev.floe.node.submitter.LyingExecutor.NO_HASH;
import static dev.floe.node.submitter.LyingExecutor.STATE;
import static dev.floe.node.submitter.LyingExecutor.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.observation.PathSet;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.FramesOfAWrapper;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.remote.RemoteJobClient.RemoteJobResult;

/** A result is written only if what its compile missed on the peer is missing on the submitter, too. */
final class UnprovenResultTest {
    @TempDir
    Path directory;
    private final TimeoutScheduler deadlines = new TimeoutScheduler();
    private OneCommand command;
    private FramesOfAWrapper wrapper;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        command = new OneCommand(directory, "gcc", "-c", "M.c");
        wrapper = new FramesOfAWrapper(directory);
    }

    @AfterEach
    void close() throws IOException {
        wrapper.close();
        deadlines.close();
    }

    private static WireObservation observation(String gap, byte[] missed) {
        return new WireObservation(gap, missed, List.of(), List.of(), List.of());
    }

    private static WireObservation missed(Path... paths) throws IOException {
        return observation("", PathSet.encode(Set.of(paths).stream().map(Path::toString).toList()));
    }

    private RemoteJobResult attempt(int exit, WireObservation observation) throws IOException {
        return attempt(Optional.empty(), exit, observation);
    }

    private RemoteJobResult attempt(Optional<String> guess, int exit, @Nullable WireObservation observation)
            throws IOException {
        try (RemoteJobClient remote = command.remote(deadlines, wrapper.client(), guess)) {
            return remote.attempt(
                    new LyingExecutor(accepted((conversation, _) -> end(conversation, exit, observation))),
                    command.offer(), Optional.empty(), Duration.ofSeconds(60), _ -> {});
        }
    }

    private void end(MessageStream conversation, int exit, @Nullable WireObservation observation) throws IOException {
        conversation.send(new JobResult(exit, 0, 0,
                exit == 0 ? List.of(LyingExecutor.object(command.output())) : List.of(), EFFORT, STATE, NO_HASH,
                NO_HASH, observation));
        if (exit == 0) {
            byte[] bytes = LyingExecutor.OBJECT.getBytes(StandardCharsets.UTF_8);
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
        }
        conversation.finish();
    }

    @Test
    void isWrittenIfNothingThatWasMissedIsThere() throws IOException {
        assertThat(attempt(0, missed(directory.resolve("opt.h")))).isInstanceOf(RemoteJobResult.Ended.class);
        assertThat(wrapper.files()).containsOnlyKeys(command.output());
    }

    @Test
    void isNotWrittenIfSomethingThatWasMissedIsThere() throws IOException {
        Path header = Files.createFile(directory.resolve("opt.h"));
        assertThat(attempt(0, missed(header))).isInstanceOfSatisfying(RemoteJobResult.Unproven.class,
                unproven -> assertThat(unproven.shortfall().paths()).containsExactly(header));
        assertThat(wrapper.files()).isEmpty();
    }

    @Test
    void isRepeatedAlsoIfTheCompilerFailedForWantOfAFile() throws IOException {
        Path header = Files.createFile(directory.resolve("opt.h"));
        assertThat(attempt(1, missed(header))).isInstanceOf(RemoteJobResult.Unproven.class);
        assertThat(attempt(1, missed(directory.resolve("typo.h")))).isInstanceOf(RemoteJobResult.Ended.class);
    }

    @Test
    void isWrittenIfItWasNotObserved() throws IOException {
        byte[] some = PathSet.encode(Set.of(Files.createFile(directory.resolve("opt.h")).toString()));
        assertThat(attempt(0, observation("cc1 is static", some))).isInstanceOf(RemoteJobResult.Ended.class);
    }

    @Test
    void isNotWrittenIfItsInputsAreAGuessAndItWasNotObserved() throws IOException {
        for (WireObservation gap : Arrays.asList(observation("cc1 is static", PathSet.encode(Set.of())), null)) {
            assertThat(attempt(Optional.of("M.c: __has_include H"), 0, gap)).isInstanceOfSatisfying(
                    RemoteJobResult.Unproven.class,
                    unproven -> assertThat(unproven.shortfall().obstacle().orElse("")).contains("__has_include H"));
            assertThat(wrapper.files()).isEmpty();
        }
        assertThat(attempt(Optional.of("M.c: __has_include H"), 0, missed())).isInstanceOf(RemoteJobResult.Ended.class);
    }

    @Test
    void isAsGoodAsLostIfTheObservationCannotBeRead() throws IOException {
        assertThat(attempt(0, observation("", new byte[]{1, 2, 3}))).isInstanceOf(RemoteJobResult.Lost.class);
        assertThat(wrapper.files()).isEmpty();
    }
}
