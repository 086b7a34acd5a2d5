package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.executor.AttackTally;
import dev.floe.node.executor.Attacks;
import dev.floe.node.executor.Payload;
import dev.floe.node.executor.Workbench;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.SubstituteCompiler;

/** What a job can take of memory and of the disk when it writes all that it can; src/test/c/fill.c has the ways. */
@Tag("attack")
final class DiskBoundTest {
    private static final long BOUND = 32L << 20;
    private static final JobLimits LIMITS = new JobLimits(4L << 30, 64 << 20, BOUND, 64, Duration.ofMinutes(5));
    private static final double TOLERANCE = 1.05;
    private static final AttackTally TALLY = new AttackTally("disk-bound");

    @TempDir
    private static Path directory;
    private static Workbench bench;

    @BeforeAll
    static void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        bench.sandbox();
    }

    @AfterAll
    static void close() throws IOException {
        bench.close();
        TALLY.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "unlinked", "hidden", "fallocate", "mmap", "temporary", "report", "output", "all",
            "small"})
    void takesNoMoreThanItsBound(String way) throws IOException {
        boolean held = false;
        try {
            Path own = bench.freshDirectory();
            run(own, way, null);
            String[] took = Files.readString(file(own, way)).split(" ", -1);
            assertThat(Long.parseLong(took[0])).as("bytes that were written")
                    .isBetween(BOUND / 2, (long) (TOLERANCE * BOUND));
            assertThat(Long.parseLong(took[1])).as("bytes that the file system holds")
                    .isBetween(BOUND / 2, BOUND);
            assertThat(size(own)).as("bytes on the disk").isLessThan((long) (TOLERANCE * BOUND));
            held = true;
        } finally {
            TALLY.count(held);
        }
    }

    @Test
    void makesNoMoreFilesThanItMay() throws IOException {
        boolean held = false;
        try {
            Path own = bench.freshDirectory();
            run(own, "empty", "more than 10000 files");
            assertThat(Long.parseLong(Files.readString(file(own, "empty")).split(" ", -1)[0]))
                    .isBetween(Sandbox.MAX_SCRATCH_FILES / 2, Sandbox.MAX_SCRATCH_FILES);
            held = true;
        } finally {
            TALLY.count(held);
        }
    }

    /** Files that are larger where they are copied to than where they were made. */
    @ParameterizedTest
    @ValueSource(strings = {"sparse", "links"})
    void bringsNoMoreToTheDiskThanTheBound(String way) throws IOException {
        boolean held = false;
        try {
            Path own = bench.freshDirectory();
            run(own, way, "more than it may write");
            assertThat(size(own)).as("bytes on the disk").isLessThan((long) (TOLERANCE * BOUND));
            held = true;
        } finally {
            TALLY.count(held);
        }
    }

    @Test
    void refusesInputsWhoseCopiesDoNotFit() {
        JobLimits small = new JobLimits(4L << 30, 64 << 20, 1 << 20, 64, Duration.ofMinutes(5));
        WireInput large = bench.file("/w/large.h", "x".repeat(2 << 20));
        assertThatThrownBy(() -> bench.run(small, Attacks.offer(bench, "large", List.of("fill", "plain"), large)))
                .isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }

    /** Its bytes would all be in the node's memory. */
    @Test
    void signsNoFileThatIsLargerThanAPartOfTheMemory() throws IOException {
        long size = Runtime.getRuntime().maxMemory() / 8 + 1;
        CommandReplay.ReplayOutput large = new CommandReplay.ReplayOutput("/w/x.s", directory.resolve("never-read"),
                0644, size);
        assertThatThrownBy(() -> OutputIdentRewriter.exchange(List.of(large),
                new SubstituteCompiler("", "", List.of(), List.of(), "one", "other")))
                .hasMessageContaining("too large");
    }

    private void run(Path own, String way, @org.jspecify.annotations.Nullable String refusal) throws IOException {
        CommandReplay replay = new CommandReplay(bench.sandbox(), LIMITS, own);
        try {
            CommandReplay.ReplayResult result = replay.run(bench.toolchain(),
                    Attacks.offer(bench, way, List.of("fill", way)), bench.store());
            assertThat(refusal).as("the job was not refused").isNull();
            assertThat(result.exit()).isZero();
        } catch (IOException e) {
            assertThat(refusal).as(e.getMessage()).isNotNull();
            assertThat(e).hasMessageContaining(refusal);
        }
    }

    private static Path file(Path own, String way) throws IOException {
        Path results = own.resolve(Sandbox.RESULTS);
        return way.equals("output")
                ? OutputIndex.read(results, List.of("/tmp", "/v", "/w")).getLast().file()
                : results.resolve("stdout");
    }

    private static long size(Path own) throws IOException {
        try (Stream<Path> files = Files.list(own.resolve(Sandbox.RESULTS))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
