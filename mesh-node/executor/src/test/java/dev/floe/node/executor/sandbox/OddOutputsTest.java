package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.AttackTally;
import dev.floe.node.executor.Attacks;
import dev.floe.node.executor.Payload;
import dev.floe.node.executor.Workbench;
import dev.floe.node.rpc.messages.JobMessage.InputKind;

/**
 * Jobs that leave odd things behind in place of outputs, of the report and of processes; src/test/c/leave.c makes them.
 */
@Tag("attack")
final class OddOutputsTest {
    @TempDir
    private static Path directory;
    private static Workbench bench;
    private static AttackTally tally;

    @BeforeAll
    static void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        tally = new AttackTally("odd-outputs");
    }

    @AfterAll
    static void close() throws IOException {
        tally.close();
        bench.close();
    }

    /** What fails the job, and a part of the reason that the node gives. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("fifo", "x.o, which is neither"), Map.entry("fifo-with-lines", "which is neither"),
            Map.entry("socket", "x.o, which is neither"), Map.entry("link", "x.o, which is neither"),
            Map.entry("link-in-directory", "d/x.o, which is neither"),
            Map.entry("directory-link", "d, which is neither"),
            Map.entry("name-latin", "not UTF-8"), Map.entry("name-overlong", "not UTF-8"),
            Map.entry("many", "more than 10000 files"), Map.entry("long-names", "longer than 4 MiB"),
            Map.entry("deep", "nested too deeply"), Map.entry("report-fifo", "sandbox failed"),
            Map.entry("report-directory", "sandbox failed"), Map.entry("report-link", "sandbox failed"),
            Map.entry("report-zero", "sandbox failed"), Map.entry("report-socket", "sandbox failed"),
            Map.entry("report-long", "sandbox failed"), Map.entry("report-nonsense", "sandbox failed"),
            Map.entry("report-none", "sandbox failed"), Map.entry("end-of-process-1", "sandbox failed"),
            Map.entry("complaint", "sandbox failed"));

    /** What is taken, because it is the job's own affair: the files that come back, with their modes. */
    private static final Map<String, Map<String, String>> TAKEN = Map.ofEntries(
            Map.entry("mode-0", Map.of("/w/x.o", "0 x", "/w/d/y.o", "0 y")),
            Map.entry("setuid", Map.of("/w/x.o", "777 x")),
            Map.entry("name-longest", Map.of("/w/" + "x".repeat(255), "644 x")),
            Map.entry("name-newline", Map.of("/w/x\n0 644 1.o", "644 x")),
            Map.entry("name-control", Map.of("/w/x\u001b[2J\r.o", "644 x")),
            Map.entry("name-dots", Map.of("/w/...", "644 x")),
            Map.entry("deep-within-bounds", Map.of("/w/" + "d/".repeat(150) + "x.o", "644 x")),
            Map.entry("large", Map.of("/w/x.o", "644 x")),
            Map.entry("exchanged-input", Map.of()),
            Map.entry("daemons", Map.of("/w/x.o", "644 x")),
            Map.entry("stopped", Map.of("/w/x.o", "644 x")),
            Map.entry("kill-all", Map.of("/w/x.o", "644 x")),
            Map.entry("report-forged", Map.of()));

    @TestFactory
    Stream<DynamicTest> refuses() {
        return REFUSED.entrySet().stream().map(each -> attack(each.getKey(), () -> {
            assertThatThrownBy(() -> run(each.getKey())).isInstanceOf(IOException.class)
                    .hasMessageContaining(each.getValue()).message()
                    .as("nothing that would begin a line of the log or move a cursor")
                    .doesNotContainPattern("\\p{Cntrl}");
        }));
    }

    @TestFactory
    Stream<DynamicTest> takes() {
        return TAKEN.entrySet().stream().map(each -> attack(each.getKey(), () -> {
            assertThat(files(run(each.getKey()))).isEqualTo(each.getValue());
        }));
    }

    /** Whatever it was when its last process ended, it is that as a whole. */
    @TestFactory
    Stream<DynamicTest> takesAsItWasAtTheEnd() {
        return Stream.of(attack("keep-writing", () -> {
            for (CommandReplay.ReplayOutput file : run("keep-writing").files()) {
                assertThat(file.path()).isIn("/w/x.o", "/w/new");
                assertThat(Files.size(file.file())).isEqualTo(file.size());
            }
        }), attack("report-absurd", () -> {
            CommandReplay.ReplayResult result = run("report-absurd");
            assertThat(result.userMicros() + result.systemMicros()).isBetween(0L, 1L << 51);
            assertThat(result.maxRssBytes()).isBetween(0L, 1L << 51);
        }), attack("fork-bomb", () -> {
            String forked = Objects.requireNonNull(files(run("fork-bomb")).get("/w/forked"));
            boolean root = "root".equals(System.getProperty("user.name"));
            assertThat(Integer.parseInt(forked.substring("644 ".length())))
                    .as("the kernel does not hold root to the limit, see docs/security.md")
                    .isLessThanOrEqualTo(root ? 200 : 64);
        }));
    }

    private interface Attack {
        void run() throws IOException;
    }

    /** A test that also asserts that no process of the job is left. */
    private static DynamicTest attack(String name, Attack attack) {
        return DynamicTest.dynamicTest(name, () -> {
            boolean held = false;
            try {
                attack.run();
                assertThat(Attacks.alive(name)).as("processes that are left").isEmpty();
                held = true;
            } finally {
                tally.count(held);
            }
        });
    }

    private static CommandReplay.ReplayResult run(String what) throws IOException {
        return bench.run(Workbench.LIMITS, Attacks.offer(bench, what, List.of("leave", what,
                "target=" + directory), bench.file(InputKind.FILE, "/w/copied.txt", "copied", 0, 0)));
    }

    private static Map<String, String> files(CommandReplay.ReplayResult result) throws IOException {
        assertThat(result.exit()).as(Files.readString(result.error())).isZero();
        Map<String, String> files = new TreeMap<>();
        for (CommandReplay.ReplayOutput file : result.files()) {
            files.put(file.path(), Integer.toOctalString(file.mode()) + " " + Files.readString(file.file()));
        }
        return files;
    }
}
