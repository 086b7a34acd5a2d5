package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.store.actioncache.ActionKey;

/** What an observed compile shows that its result depends on. */
final class CommandTracesTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final byte[] NONE = new byte[0];

    @TempDir
    Path directory;
    private OneRequest request;
    private CommandTraces traces;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        request = new OneRequest(directory);
        traces = new CommandTraces(request.node.memory(), request.command(), SubmittingNode.TOOLCHAIN.hex());
    }

    @AfterEach
    void close() throws IOException {
        request.close();
    }

    private boolean isKnown(String gap, List<String> unset, List<String> set, int... used) throws IOException {
        BitSet files = new BitSet();
        for (int file : used) {
            files.set(file);
        }
        return traces.made(request.inputs(),
                new WireObservation(gap, NONE, unset, set, List.of(), NONE, NONE, files.toByteArray()), KEY)
                .isPresent();
    }

    @Test
    void aCompleteObservationOfAFileShowsWhatCounts() throws IOException {
        assertThat(isKnown("", List.of("LANG"), List.of("PATH"), 0)).isTrue();
    }

    @Test
    void anObservationWithAGapShowsNothing() throws IOException {
        assertThat(isKnown("cc1 is static", List.of(), List.of(), 0)).isFalse();
    }

    @Test
    void aCompileThatAsksForTheTimeZoneDependsOnTheTime() throws IOException {
        assertThat(isKnown("", List.of("TZ"), List.of(), 0)).isFalse();
        assertThat(isKnown("", List.of(), List.of("TZ"), 0)).isFalse();
    }

    @Test
    void anObservationOfNoFileOrOfOneThatIsNoInputIsNotBelieved() throws IOException {
        assertThat(isKnown("", List.of(), List.of())).isFalse();
        assertThat(isKnown("", List.of(), List.of(), 0, 1)).isFalse();
    }

    @Test
    void aVariableThatWasAskedForCountsTheNextTime() throws IOException {
        BitSet source = new BitSet();
        source.set(0);
        traces.remember(request.task(), traces.made(request.inputs(), new WireObservation("", NONE, List.of("LC_ALL"),
                List.of(), List.of(), NONE, NONE, source.toByteArray()), KEY).orElseThrow(), request.keys());
        assertThat(traces.recall(request.machine())).isInstanceOf(ManifestLookup.Unchanged.class);
        CommandTraces german = new CommandTraces(request.node.memory(),
                request.command().withEnvironment(java.util.Map.of("LC_ALL", "de_DE")), SubmittingNode.TOOLCHAIN.hex());
        assertThat(german.recall(request.machine())).isInstanceOfSatisfying(ManifestLookup.NotRecorded.class,
                unknown -> assertThat(unknown.why()).isEqualTo("the variable LC_ALL changed"));
    }

    @Test
    void aFileThatTheCompileDidNotLookAtDoesNotCount() throws IOException {
        BitSet source = new BitSet();
        source.set(0);
        traces.remember(request.task(), traces.made(request.inputs(), new WireObservation("", NONE, List.of(),
                List.of(), List.of(), NONE, NONE, source.toByteArray()), KEY).orElseThrow(), request.keys());
        Files.writeString(directory.resolve("unused.h"), "");
        assertThat(traces.recall(request.machine())).isInstanceOf(ManifestLookup.Unchanged.class);
        Files.writeString(directory.resolve("M.c"), "int n;\n");
        assertThat(traces.recall(request.machine())).isInstanceOf(ManifestLookup.NotRecorded.class);
    }
}
