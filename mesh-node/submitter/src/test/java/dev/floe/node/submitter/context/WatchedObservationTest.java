package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.observation.PathSet;
import dev.floe.command.proof.ObservationCheckCache;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.host.CountingHostAccess;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;

/** The check of what a compile missed, while the kernel reports changes. */
final class WatchedObservationTest {
    @TempDir
    private Path temporary;
    private final FileChangeMonitor monitor = new FileChangeMonitor(HashedNameSet::hash, InstantSource.system());
    private final FileDigestCache digests = new FileDigestCache(100);
    private final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    private final ObservationCheckCache checks = new ObservationCheckCache(10);
    private Path directory;
    private OneCommand compile;
    private int looks; // of the last check

    @BeforeEach
    void start() throws IOException {
        directory = Files.createDirectory(temporary.toRealPath().resolve("project"));
        compile = new OneCommand(directory, "gcc", "-c", "M.c");
        monitor.start();
        assertThat(monitor.stats().active()).isTrue();
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    /** Whether nothing of what was missed is there. */
    private boolean isProven(List<String> missed, List<String> listed, List<String> names) throws IOException {
        HelloFrame hello = new HelloFrame(HelloFrame.Mode.AUTO, "", "", "", directory.toString(),
                Optional.of(compile.command().invocation()), false, false, "gcc", compile.command().argv());
        CountingHostAccess machine = new CountingHostAccess(digests, monitor);
        CompileTask task = new CompileTask(compile.command(),
                new DiscoveryResult.InputsFound(compile.inputs(), false, Optional::empty), machine, directories,
                checks);
        WireObservation observation = new WireObservation("", PathSet.encode(absolute(missed)), List.of("LANG"),
                List.of(), List.of(), PathSet.encode(absolute(listed)), PathSet.encode(absolute(names)), new byte[0]);
        boolean proven = task.check(observation, new JobRecordBuilder("test/1", "test", "", hello, Instant.EPOCH))
                .isNone();
        looks = machine.looks();
        return proven;
    }

    private boolean isProven(String... missed) throws IOException {
        return isProven(List.of(missed), List.of(), List.of());
    }

    private List<String> absolute(List<String> names) {
        List<String> paths = new ArrayList<>();
        names.forEach(name -> paths.add(directory + "/" + name));
        return paths;
    }

    @Test
    void nothingIsLookedAtWhileNothingChanges() throws IOException {
        assertThat(isProven("opt.h", "no/such/x.h")).isTrue();
        assertThat(looks).isPositive();
        assertThat(isProven("opt.h", "no/such/x.h")).isTrue();
        assertThat(looks).isZero();
        assertThat(isProven("opt.h")).isTrue();
        assertThat(looks).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt.h", "sub/opt.h", "sub/../opt.h", "link/opt.h", "dangling.h"})
    void whatAppearsIsFound(String missed) throws IOException {
        Files.createSymbolicLink(directory.resolve("dangling.h"), Path.of("later/x.h"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("later"));
        assertThat(isProven(missed)).isTrue();
        assertThat(isProven(missed)).isTrue();
        assertThat(looks).isZero();
        Files.createDirectories(directory.resolve("sub"));
        Files.createDirectories(directory.resolve("later"));
        for (String name : List.of("opt.h", "sub/opt.h", "later/x.h", "later/opt.h")) {
            Files.writeString(directory.resolve(name), "");
        }
        assertThat(isProven(missed)).isFalse();
        assertThat(isProven(missed)).isFalse();
    }

    @Test
    void theObjectOfTheLastCompileIsNoReasonToLookAgain() throws IOException {
        assertThat(isProven("M.o", "opt.h")).isTrue();
        Files.writeString(directory.resolve("M.o"), "object");
        assertThat(isProven("M.o", "opt.h")).isTrue();
        assertThat(looks).isZero();
    }

    @Test
    void aNameThatAppearsInAListedDirectoryIsFound() throws IOException {
        Files.createDirectory(directory.resolve("gccs"));
        Files.createDirectory(directory.resolve("gccs/11"));
        List<String> listed = List.of("gccs");
        List<String> names = List.of("gccs/11");
        assertThat(isProven(List.of(), listed, names)).isTrue();
        assertThat(isProven(List.of(), listed, names)).isTrue();
        assertThat(looks).isZero();
        Files.createDirectory(directory.resolve("gccs/12"));
        assertThat(isProven(List.of(), listed, names)).isFalse();
    }
}
