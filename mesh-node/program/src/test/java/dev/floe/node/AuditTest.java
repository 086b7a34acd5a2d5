package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.audit.Quarantine;
import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/**
 * Three nodes with real compilers, of which {@code a} audits every hit. One mesh serves all tests; each compiles a
 * source of its own and leaves the mesh as it was.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AuditTest {
    private static final Duration SOON = Duration.ofMinutes(5);

    @TempDir
    private static Path directory;
    private static MeshOfThree mesh;
    private Path work;
    private List<ActionKey> keysBefore;
    private ResultAuditor.AuditCounts before;
    private int nonDeterministicBefore;

    @BeforeAll
    static void open() throws IOException {
        mesh = new MeshOfThree(directory, Set.of(CacheMode.READ, CacheMode.WRITE), 100);
        if (mesh.get("b").sandbox() instanceof Sandbox.Availability.Unavailable(String why)) {
            mesh.close();
            assumeTrue(false, why);
        }
    }

    @AfterAll
    static void close() {
        mesh.close();
    }

    @BeforeEach
    void write(TestInfo test) throws IOException {
        work = Files.createTempDirectory(directory, "work");
        Files.writeString(work.resolve("x.c"), "#include \"x.h\"\nint value = VALUE;\n");
        Files.writeString(work.resolve("x.h"), "#define VALUE 42 /* " + test.getDisplayName() + " */\n");
        keysBefore = List.copyOf(mesh.get("a").cache().keys());
        before = mesh.get("a").audits().counts();
        nonDeterministicBefore = mesh.get("a").findings().nonDeterministic();
    }

    private JobRecord compile(String... words) throws Exception {
        int before = mesh.jobs();
        List<String> command = Stream.concat(Stream.of("gcc"), Stream.of(words)).toList();
        assertThat(mesh.compile(work, command.toArray(String[]::new)).run().code()).isZero();
        return mesh.record(before);
    }

    /** What the auditor of {@code a} has counted in this test. */
    private ResultAuditor.AuditCounts counts() {
        ResultAuditor.AuditCounts now = mesh.get("a").audits().counts();
        return new ResultAuditor.AuditCounts(now.agreed() - before.agreed(), now.differed() - before.differed(),
                now.skipped() - before.skipped(), now.heard() - before.heard());
    }

    private void awaitAudits(long done) {
        await().atMost(SOON).until(() -> counts().done() + counts().skipped() >= done);
    }

    private NodeId id(String name) {
        return mesh.get("a").group().roster().peers().stream().filter(peer -> peer.info().name().equals(name))
                .findFirst().orElseThrow().info().id();
    }

    /** The key of the only object of this test that is kept at {@code a}; it comes a little after the compile's end. */
    private ActionKey keyOfTheObject() {
        MeshCache cache = mesh.get("a").cache();
        return await().atMost(SOON).until(() -> cache.keys().stream().filter(key -> !keysBefore.contains(key))
                .filter(key -> cache.peek(key).stream().flatMap(result -> result.files().stream())
                        .anyMatch(file -> file.path().endsWith("x.o")))
                .toList(), keys -> keys.size() == 1).getFirst();
    }

    /** Puts a result of {@code maker} with another object in the place of one that all nodes have forgotten. */
    private void plant(String maker, ActionKey key) throws IOException {
        ActionResult good = mesh.get("a").cache().peek(key).orElseThrow();
        OutputFile object = good.files().getFirst();
        byte[] bytes;
        try (InputStream in = mesh.get("a").cache().open(object.content()).orElseThrow()) {
            bytes = in.readAllBytes();
        }
        bytes[bytes.length - 1] ^= 1;
        for (String name : List.of("a", "b", "c")) {
            if (mesh.get(name).cache().peek(key).isPresent()) {
                mesh.get(name).cache().evict(key);
            }
        }
        await().atMost(SOON).until(() -> isKnown(key), known -> !known); // the index follows a little later
        OutputFile wrong = new OutputFile(object.path(), object.mode(), new ResultContent.Inline(bytes), object.form());
        assertThat(mesh.get(maker).cache().keep(key, new ActionResult(good.output(), good.error(), List.of(wrong),
                id(maker).toString(), good.compute()))).isTrue();
        await().atMost(SOON).until(() -> isKnown(key));
    }

    private boolean isKnown(ActionKey key) {
        return mesh.get("a").group().results()
                .find(new ResultKey(key.a(), key.b(), key.c(), key.d())) instanceof ResultStatus.Held;
    }

    @Test
    void agreesWithWhatIsRight() throws Exception {
        compile("-c", "x.c");
        keyOfTheObject();
        JobRecord hit = compile("-c", "x.c");
        assertThat(hit.decision()).as(hit.toString()).isEqualTo(Decision.CACHED);
        awaitAudits(1);
        assertThat(counts()).isEqualTo(new ResultAuditor.AuditCounts(1, 0, 0, 0));
        assertThat(mesh.get("a").findings().quarantine().all()).isEmpty();
    }

    @Test
    void findsTheMakerOfAWrongObjectAndUsesNothingOfItsAnyMore() throws Exception {
        compile("-c", "x.c");
        ActionKey key = keyOfTheObject();
        byte[] right = Files.readAllBytes(work.resolve("x.o"));
        plant("b", key);
        long heardAtC = mesh.get("c").audits().counts().heard();
        JobRecord hit = compile("-c", "x.c");
        assertThat(hit.decision()).as(hit.toString()).isEqualTo(Decision.CACHED);
        assertThat(Files.readAllBytes(work.resolve("x.o"))).as("the planted object was served").isNotEqualTo(right);
        awaitAudits(1);
        assertThat(counts().differed()).isOne();
        Quarantine quarantine = mesh.get("a").findings().quarantine();
        assertThat(quarantine.all()).singleElement().satisfies(entry -> {
            assertThat(entry.name()).isEqualTo("b");
            assertThat(entry.key()).isEqualTo(key);
            assertThat(entry.source()).endsWith("/x.c");
        });
        for (int i = 0; i < 3; i++) {
            JobRecord again = compile("-c", "x.c");
            assertThat(Files.readAllBytes(work.resolve("x.o"))).as(again.toString()).isEqualTo(right);
            assertThat(again.attempts()).as("b is given no job").noneMatch(attempt -> attempt.node().equals("b"));
        }
        await().atMost(SOON).until(() -> mesh.get("c").audits().counts().heard() == heardAtC + 1);
        assertThat(mesh.get("c").findings().quarantine().all()).as("hearsay").isEmpty();

        mesh.stop("a");
        mesh.start("a");
        mesh.awaitAllSee("a", "b", "c");
        assertThat(mesh.get("a").findings().quarantine().all()).as("after a restart").hasSize(1);
        assertThat(mesh.get("a").findings().quarantine().release("b")).hasSize(1);
        assertThat(mesh.get("a").audits().distrusted()).isEmpty();
    }

    @Test
    void blamesNobodyForACompileThatDoesNotRepeatItself() throws Exception {
        compile("-flto", "-c", "x.c");
        keyOfTheObject();
        assertThat(compile("-flto", "-c", "x.c").decision()).isEqualTo(Decision.CACHED);
        awaitAudits(1);
        assertThat(counts().differed()).isOne();
        assertThat(mesh.get("a").findings().quarantine().all()).isEmpty();
        assertThat(mesh.get("a").findings().nonDeterministic() - nonDeterministicBefore).isOne();
        for (int i = 0; i < 2; i++) {
            JobRecord again = compile("-flto", "-c", "x.c");
            assertThat(again.decision()).as(again.toString()).isNotEqualTo(Decision.CACHED);
            assertThat(again.cache()).contains("does not repeat itself");
        }
    }

    @Test
    void saysThatThisNodeItselfMadeItRatherThanGivingItselfUp() throws Exception {
        compile("-c", "x.c");
        ActionKey key = keyOfTheObject();
        plant("a", key);
        assertThat(compile("-c", "x.c").decision()).isEqualTo(Decision.CACHED);
        awaitAudits(1);
        assertThat(counts().differed()).isOne();
        assertThat(mesh.get("a").findings().quarantine().all()).isEmpty();
        assertThat(mesh.get("a").findings().nonDeterministic()).isEqualTo(nonDeterministicBefore);
        assertThat(mesh.get("a").cache().peek(key)).isEmpty();
    }
}
