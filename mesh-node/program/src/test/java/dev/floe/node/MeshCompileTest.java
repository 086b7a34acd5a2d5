package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.MeshOfThree.Compile;
import dev.floe.node.MeshOfThree.Ended;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.membership.MembershipService;
import dev.floe.store.Digest;
import dev.floe.toolchain.ToolchainId;

/**
 * Real compiles through the real wrapper and three nodes in this process. One mesh serves all tests; each leaves it as
 * it was.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestMethodOrder(MethodOrderer.MethodName.class)
final class MeshCompileTest {
    private static final String C = """
            #include <stdio.h>
            #include "own.h"
            int tell(const char *what) { return printf("%s %d\\n", what, OWN); }
            """;
    private static final String CXX = """
            #include <map>
            #include <string>
            int count(const std::map<std::string, int> &all) { int n = 0; for (auto &[name, value] : all) n += value + name.size(); return n; }
            """;
    /** Keeps the compiler busy for two seconds or three, longer than a node takes to stop. */
    private static final String LONG = """
            constexpr long sum(long n) { long s = 0; for (long i = 0; i < n; i++) s += i % 7; return s; }
            static_assert(sum(4000000) > 0, "");
            int x;
            """;

    @TempDir
    private static Path directory;
    private static MeshOfThree mesh;
    private Path work;
    private int jobs;

    @BeforeAll
    static void open() throws IOException {
        mesh = new MeshOfThree(directory);
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
    void write() throws IOException {
        work = Files.createTempDirectory(directory, "work");
        Files.writeString(work.resolve("own.h"), "#define OWN 42\n");
        Files.writeString(work.resolve("x.c"), C);
        Files.writeString(work.resolve("x.cc"), CXX);
        Files.writeString(work.resolve("long.cc"), LONG);
        jobs = mesh.jobs();
    }

    private JobRecord record() {
        return mesh.record(jobs);
    }

    /** Runs it through the mesh, and waits for its record. */
    private Ended run(Compile compile) throws Exception {
        jobs = mesh.jobs();
        Ended ended = compile.run();
        record();
        return ended;
    }

    /** Runs it through the mesh and plainly, and compares all that either leaves. */
    private JobRecord sameAsPlain(Compile compile, String... outputs) throws Exception {
        Ended ended = run(compile);
        for (String output : outputs) {
            Files.move(work.resolve(output), work.resolve(output + ".mesh"), StandardCopyOption.REPLACE_EXISTING);
        }
        Ended plain = compile.plain();
        assertThat(ended).isEqualTo(plain);
        for (String output : outputs) {
            assertThat(work.resolve(output + ".mesh")).hasSameBinaryContentAs(work.resolve(output));
            assertThat(Files.getPosixFilePermissions(work.resolve(output + ".mesh")))
                    .isEqualTo(Files.getPosixFilePermissions(work.resolve(output)));
        }
        return record();
    }

    private static Compile longCompile(Path work) {
        return mesh.compile(work, "g++", "-std=c++17", "-fconstexpr-ops-limit=1000000000",
                "-fconstexpr-loop-limit=100000000", "-c", "long.cc");
    }

    /** The executor that runs a job now. */
    private static Node busy() {
        return await().atMost(Duration.ofMinutes(5)).until(() -> Stream.of(mesh.get("b"), mesh.get("c"))
                .filter(node -> node.slots().use().running() == 1).findFirst(), Optional::isPresent).orElseThrow();
    }

    @Test
    void compilesCRemotelyToThePlainObjectAndDependencies() throws Exception {
        JobRecord job = sameAsPlain(mesh.compile(work, "gcc", "-O1", "-g", "-Wall", "-MD", "-c", "x.c", "-o", "x.o"),
                "x.o", "x.d");
        assertThat(job.decision()).as(job.toString()).isEqualTo(Decision.REMOTE);
        assertThat(job.node()).isIn("b", "c");
        assertThat(job.exit()).isZero();
        assertThat(job.attempts()).last().isEqualTo(new JobRecord.Attempt(job.node(), "done"));
        assertThat(job.inputs()).isPositive();
        assertThat(job.source()).endsWith("/x.c");
        assertThat(job.output()).endsWith("/x.o");
    }

    @Test
    void compilesCxxRemotelyToThePlainObject() throws Exception {
        JobRecord job = sameAsPlain(mesh.compile(work, "g++", "-c", "x.cc"), "x.o");
        assertThat(job.decision()).as(job.toString()).isEqualTo(Decision.REMOTE);
        assertThat(job.bytesReceived()).isEqualTo(Files.size(work.resolve("x.o")));
    }

    @Test
    void compilesWithWarningsAsThePlainCompilerSaysThem() throws Exception {
        Files.writeString(work.resolve("x.c"), "static int unused(void) { return 1; }\nint f() { int x; return x; }\n");
        JobRecord job = sameAsPlain(mesh.compile(work, "gcc", "-Wall", "-c", "x.c"), "x.o");
        assertThat(job.decision()).as(job.toString()).isEqualTo(Decision.REMOTE);
    }

    @Test
    void confirmsAnErrorLocallyAndSaysItOnce() throws Exception {
        Files.writeString(work.resolve("x.c"), "int f(void) { return nothing; }\n");
        Ended ended = run(mesh.compile(work, "gcc", "-c", "x.c"));
        assertThat(ended).isEqualTo(mesh.compile(work, "gcc", "-c", "x.c").plain());
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).containsOnlyOnce("error:");
        assertThat(work.resolve("x.o")).doesNotExist();
        JobRecord job = record();
        assertThat(job.decision()).isEqualTo(Decision.LOCAL);
        assertThat(job.reason()).endsWith("exited with 1; repeated locally to confirm");
    }

    @Test
    void recordsWhatTimeOfTheProcessorStepsTook() throws Exception {
        assertThat(run(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "b")).code()).isZero();
        assertThat(record()).satisfies(job -> {
            assertThat(job.cpu()).containsOnlyKeys(JobStep.PARSE, JobStep.TOOLCHAIN, JobStep.SCAN, JobStep.FETCH_INPUTS,
                    JobStep.EXEC_ROOT,
                    JobStep.RUN, JobStep.COLLECT, JobStep.CHECK);
            assertThat(job.cpu().get(JobStep.RUN)).isGreaterThan(job.compiler());
            assertThat(job.cpu().get(JobStep.EXEC_ROOT)).isPositive();
            assertThat(job.toJson()).contains("\"cpu\":{\"parse\":");
        });
    }

    @Test
    void takesTheExecutorThatIsAskedFor() throws Exception {
        for (String name : List.of("b", "c", "b")) {
            assertThat(run(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", name)).code()).isZero();
            assertThat(record().node()).isEqualTo(name);
        }
        assertThat(run(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "nobody")).code()).isZero();
        assertThat(record()).satisfies(job -> assertThat(job.reason()).contains("nobody"));
    }

    @Test
    void aNodeThatIsRenamedStaysAMember() throws Exception {
        MembershipService members = mesh.get("a").membership().orElseThrow();
        mesh.rename("b", "bee");
        try {
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(members.members())
                    .filteredOn(member -> !member.present().isEmpty()).extracting(MembershipService.KnownMember::name)
                    .containsExactly("a", "bee", "c"));
            assertThat(members.keyless()).isEmpty();
            assertThat(run(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "bee")).code()).isZero();
            assertThat(record().node()).isEqualTo("bee");
        } finally {
            mesh.rename("b", "b");
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void compilesElsewhereWhenAnExecutorClosesInTheMiddle() throws Exception {
        Process wrapper = longCompile(work).start();
        String name = busy().name();
        mesh.stop(name);
        try {
            assertThat(wrapper.waitFor()).isZero();
            assertThat(new String(wrapper.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            JobRecord job = record();
            assertThat(job.attempts().getFirst()).satisfies(first -> {
                assertThat(first.node()).isEqualTo(name);
                // On a slow machine a second copy may run before the loss is noticed.
                assertThat(first.result()).matches("(lost|overtaken by).*");
            });
            assertThat(job.node()).isNotEqualTo(name);
            Files.move(work.resolve("long.o"), work.resolve("mesh.o"));
            assertThat(longCompile(work).plain().code()).isZero();
            assertThat(work.resolve("mesh.o")).hasSameBinaryContentAs(work.resolve("long.o"));
        } finally {
            mesh.start(name);
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void cancelsTheJobOfAWrapperThatIsKilled() throws Exception {
        Process wrapper = longCompile(work).start();
        Node executor = busy();
        ExecutorStats.ExecutorCounts before = executor.executor().tally().counts();
        wrapper.destroyForcibly();
        await().atMost(Duration.ofMinutes(5))
                .until(() -> executor.executor().tally().counts().cancelled() > before.cancelled());
        assertThat(executor.executor().tally().counts().done()).isEqualTo(before.done());
        await().atMost(Duration.ofMinutes(5)).until(() -> executor.slots().use().running() == 0);
        assertThat(work.resolve("long.o")).doesNotExist();
        assertThat(run(mesh.compile(work, "gcc", "-c", "x.c")).code()).isZero();
    }

    @Test
    void neverUsesADamagedStoreEntry() throws Exception {
        Compile compile = mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "b");
        assertThat(run(compile).code()).isZero();
        Path entry = mesh.get("b").store().find(Digest.ofFile(work.resolve("own.h"))).orElseThrow();
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(entry, "#define OWN 43\n");
        sameAsPlain(compile, "x.o");
        assertThat(sameAsPlain(compile, "x.o").node()).as("fetched again").isEqualTo("b");
    }

    @Test
    void neverUsesADamagedToolchain() throws Exception {
        Compile compile = mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "c");
        assertThat(run(compile).code()).isZero();
        Path compiler;
        try (Stream<Path> files = Files.walk(mesh.data("c").resolve("toolchains"))) {
            compiler = files.filter(file -> file.endsWith("cc1")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(compiler);
        bytes[bytes.length / 2] ^= 1;
        Files.write(compiler, bytes);
        sameAsPlain(compile, "x.o");
        await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            assertThat(sameAsPlain(compile, "x.o").node()).as("fetched again").isEqualTo("c");
        });
    }

    @Test
    void keepsAFetchedToolchainOverARestart() throws Exception {
        Compile compile = mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "b");
        assertThat(run(compile).code()).isZero();
        List<ToolchainId> held = mesh.get("b").toolchainStore().ids();
        Path kept = mesh.data("b").resolve("toolchains").resolve(held.getFirst().hex());
        Object inode = Files.getAttribute(kept, "unix:ino");
        mesh.stop("b");
        mesh.start("b");
        mesh.awaitAllSee("a", "b", "c");
        assertThat(mesh.get("b").toolchainStore().ids()).isEqualTo(held);
        // The submitter may still take the node for lost when it has come back.
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(sameAsPlain(compile, "x.o").node()).isEqualTo("b"));
        assertThat(Files.getAttribute(kept, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void saysAndRecordsWhatKeepsAnOutputFromBeingWritten() throws Exception {
        for (String output : List.of("x.o", "x.d")) {
            // The plain compiler writes the one before it finds that it cannot write the other.
            Files.deleteIfExists(work.resolve(output));
            Files.createDirectory(work.resolve(output));
            JobRecord job = sameAsPlain(mesh.compile(work, "gcc", "-MD", "-c", "x.c"));
            assertThat(job.decision()).isEqualTo(Decision.LOCAL);
            assertThat(job.reason()).contains(output);
            Files.delete(work.resolve(output));
        }
    }

    @Test
    void recordsAQuestionToTheCompilerAsLocal() throws Exception {
        assertThat(sameAsPlain(mesh.compile(work, "gcc", "--version")).decision()).isEqualTo(Decision.LOCAL);
    }

    @Test
    void givesNoJobToANodeThatDoesNotExecute() throws Exception {
        Node idle = mesh.add("d", 2, false, 1 << 30);
        try {
            mesh.awaitAllSee("a", "b", "c", "d");
            assertThat(sameAsPlain(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "d"), "x.o").decision())
                    .isEqualTo(Decision.LOCAL);
            for (int i = 0; i < 4; i++) {
                assertThat(run(mesh.compile(work, "gcc", "-c", "x.c")).code()).isZero();
                assertThat(record().node()).isIn("b", "c");
            }
            assertThat(idle.executor().tally().counts()).isEqualTo(new ExecutorStats.ExecutorCounts(0, 0, 0, 0));
        } finally {
            mesh.stop("d");
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void compilesAtOnceOnANodeWithoutSlots() throws Exception {
        mesh.add("e", 0, true, 1 << 30);
        try {
            Compile compile = mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_SOCKET", mesh.socket("e").toString())
                    .with("FLOE_MODE", "local");
            assertThat(compile.run().code()).isZero();
        } finally {
            mesh.stop("e");
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void getsTheRightResultThoughAnExecutorsStoreIsTooSmall() throws Exception {
        mesh.add("f", 2, true, 1 << 16);
        try {
            mesh.awaitAllSee("a", "b", "c", "f");
            Files.writeString(work.resolve("own.h"), "#define OWN 42\n" + "/* a comment */\n".repeat(10_000));
            JobRecord job = sameAsPlain(mesh.compile(work, "gcc", "-c", "x.c").with("FLOE_NODE", "f"), "x.o");
            assertThat(job.attempts().getFirst().result()).startsWith("lost").contains("more than the store");
        } finally {
            mesh.stop("f");
            mesh.awaitAllSee("a", "b", "c");
        }
    }
}
