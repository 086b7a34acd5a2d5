package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.MeshOfThree.Compile;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;

/** Compiles through the wrapper in a mesh of which a member means harm: each leaves what the plain compiler leaves. */
final class LyingPeerTest {
    private static final String MAKEFILE = "all: good\n";

    @TempDir
    private Path directory;
    private MeshOfThree mesh;
    private Path work;

    @BeforeEach
    void open() throws IOException {
        mesh = new MeshOfThree(directory, Set.of(CacheMode.READ, CacheMode.WRITE), 0);
        work = Files.createDirectory(directory.resolve("work"));
        if (mesh.get("b").sandbox() instanceof Sandbox.Availability.Unavailable(String why)) {
            assumeTrue(false, why);
        }
        Files.writeString(work.resolve("M.c"), "int m;\n");
        Files.writeString(work.resolve("Makefile"), MAKEFILE);
    }

    @AfterEach
    void close() {
        mesh.close();
    }

    /** Compiles, and compares with what the plain compiler makes. */
    private JobRecord compile(Compile compile) throws Exception {
        int jobs = mesh.jobs();
        Files.deleteIfExists(work.resolve("M.o"));
        assertThat(compile.run()).isEqualTo(new MeshOfThree.Ended(0, ""));
        JobRecord record = mesh.record(jobs);
        byte[] made = Files.readAllBytes(work.resolve("M.o"));
        assertThat(compile.plain().code()).isZero();
        assertThat(work.resolve("M.o")).hasBinaryContent(made);
        assertThat(work.resolve("Makefile")).hasContent(MAKEFILE);
        try (var files = Files.list(work)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("M.c", "M.o",
                    "Makefile");
        }
        return record;
    }

    @Test
    void aJobThatALiarTookIsDoneLocallyOrByAnother() throws Exception {
        Compile compile = mesh.compile(work, "gcc", "-c", "M.c").with("FLOE_CACHE", "off");
        assertThat(compile(compile.with("FLOE_NODE", "b")).decision()).isEqualTo(Decision.REMOTE);
        List<String> toolchains = mesh.get("b").toolchainStore().ids().stream().map(id -> id.hex()).toList();
        Path data = Files.createDirectory(directory.resolve("liar"));
        try (LyingPeer _ = new LyingPeer(data, new MeshKeyFile(directory.resolve("mesh.key")).read(), toolchains)) {
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.get("a").group().roster().peers().stream().anyMatch(
                    peer -> peer.info().name().equals(LyingPeer.NAME) && peer.state().isPresent()));
            String lie = "the executor returns " + work.resolve("Makefile") + ", which this command would not make";
            JobRecord other = compile(compile);
            assertThat(other.attempts().getFirst()).isEqualTo(new JobRecord.Attempt(LyingPeer.NAME, "lost: " + lie));
            assertThat(other.decision()).isEqualTo(Decision.REMOTE);
            assertThat(other.node()).isIn("b", "c");
            JobRecord local = compile(compile.with("FLOE_NODE", LyingPeer.NAME));
            assertThat(local.decision()).isEqualTo(Decision.LOCAL);
            assertThat(local.reason()).isEqualTo(LyingPeer.NAME + ": " + lie);
        }
    }

    @Test
    void aCachedResultWithAnotherNameIsAMissAndIsDropped() throws Exception {
        Compile compile = mesh.compile(work, "gcc", "-c", "M.c");
        assertThat(compile(compile).decision()).isEqualTo(Decision.REMOTE);
        assertThat(compile(compile).decision()).isEqualTo(Decision.CACHED);
        MeshCache own = mesh.get("a").cache();
        await().atMost(Duration.ofMinutes(5))
                .until(() -> own.keys().stream().anyMatch(key -> own.peek(key).isPresent()));
        for (String name : List.of("a", "b", "c")) { // each of them may have a copy, and one copy is dropped at a time
            MeshCache cache = mesh.get(name).cache();
            for (ActionKey key : cache.keys()) {
                Optional<ActionResult> kept = cache.peek(key);
                if (kept.isPresent()) {
                    assertThat(cache.keep(key, misnamed(kept.get()))).isTrue();
                }
            }
        }
        JobRecord served = compile(compile);
        assertThat(served.decision()).isEqualTo(Decision.REMOTE);
        assertThat(served.cache()).startsWith("miss: the result from ").contains("/Makefile, which");
    }

    private static ActionResult misnamed(ActionResult result) {
        List<OutputFile> files = result.files().stream().map(file -> new OutputFile(
                file.path().replace("M.o", "Makefile"), file.mode(), file.content(), file.form())).toList();
        return new ActionResult(result.output(), result.error(), files, result.maker(), result.compute());
    }
}
