package dev.floe.node.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;

final class BuildLogTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SEGMENTS = 3;
    private static final int BUILDS = 5;

    @TempDir
    private Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();
    @SuppressWarnings("NullAway.Init") // start() sets it
    private JobLog jobs;
    @SuppressWarnings("NullAway.Init") // start() sets it
    private BuildLog log;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    /** As a node that starts: its jobs are new, and its builds those that the directory has. */
    private void start(long segmentBytes) throws IOException {
        jobs = new JobLog(Optional.empty());
        log = new BuildLog(directory.resolve("builds"), jobs, segmentBytes, SEGMENTS, BUILDS);
        log.start();
        open.add(jobs);
        open.add(log);
        log.await(LONG);
    }

    private void add(JobRecord... ended) {
        for (JobRecord job : ended) {
            jobs.add(job);
        }
        log.await(LONG);
    }

    private void add(String build, int from, int count) {
        for (int i = from; i < from + count; i++) {
            jobs.add(JobFixtures.plusNanos(JobFixtures.remote(build, i, "pc2", 100L * i, 90), 456_789));
        }
        log.await(LONG);
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("builds"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("jobs-")).sorted().toList();
        }
    }

    @Test
    void sumsUpBuildsWithTheLatestFirst() throws IOException {
        start(1 << 20);
        add(JobFixtures.remote("one", 1, "pc2", 0, 100), JobFixtures.local("two", 2, "links", 50, 100),
                JobFixtures.cached("one", 3, 10, 20, 700));
        assertThat(log.summaries()).extracting(BuildSummary::id).containsExactly("two", "one");
        assertThat(log.summary("one").map(BuildSummary::jobs)).contains(2);
        assertThat(log.summary("three")).isEmpty();
        assertThat(log.jobs("one")).extracting(JobRecord::id).containsExactly("desk/1", "desk/3");
    }

    @Test
    void leavesOutJobsOfNoBuild() throws IOException {
        start(1 << 20);
        add(JobFixtures.remote("", 1, "pc2", 0, 100));
        assertThat(log.summaries()).isEmpty();
        assertThat(Files.exists(directory.resolve("builds"))).isFalse();
    }

    /** The log before is left as it is, as by kill -9. */
    @Test
    void knowsAfterADeathWhatItKnewBefore() throws IOException {
        for (long segmentBytes : new long[]{1 << 20, 4_000, 1}) {
            start(segmentBytes);
            add("build-" + segmentBytes, 0, 10);
            List<BuildSummary> before = log.summaries();
            List<JobRecord> jobsBefore = log.jobs("build-" + segmentBytes);
            start(segmentBytes);
            assertThat(log.summaries()).as("segments of %s bytes", segmentBytes).isEqualTo(before);
            if (segmentBytes >= 4_000) {
                assertThat(log.jobs("build-" + segmentBytes)).isEqualTo(jobsBefore).hasSize(10);
            }
        }
    }

    @Test
    void goesOnWithABuildOfAnEarlierRun() throws IOException {
        start(3_000);
        add("ci", 0, 7);
        start(3_000);
        add("ci", 7, 5);
        start(3_000);
        assertThat(log.summary("ci").map(BuildSummary::jobs)).contains(12);
        assertThat(log.summary("ci").map(BuildSummary::wall)).contains(Duration.ofMillis(1190));
    }

    @Test
    void boundsWhatItKeeps() throws IOException {
        start(2_000);
        for (int i = 0; i < 4 * BUILDS; i++) {
            add("build" + i, 10 * i, 10);
        }
        assertThat(log.summaries()).hasSize(BUILDS);
        assertThat(segments()).hasSizeLessThanOrEqualTo(SEGMENTS + 1);
        start(2_000);
        assertThat(log.summaries()).hasSize(BUILDS).extracting(BuildSummary::jobs).containsOnly(10);
        assertThat(log.jobs("build0")).isEmpty();
        assertThat(log.jobs("build" + (4 * BUILDS - 1))).isNotEmpty();
    }

    @Test
    void skipsALineThatWasCutOffAndWhatIsDamaged() throws IOException {
        start(1 << 20);
        add("b", 0, 2);
        log.close();
        Path segment = segments().getLast();
        List<String> lines = Files.readAllLines(segment);
        Files.writeString(segment, "\u0000garbage\n{}\n[1]\n{\"build\":\"b\",\"started\":\"never\"}\n",
                StandardOpenOption.APPEND);
        Files.write(segment, new byte[]{(byte) 0xff, (byte) 0xfe, '\n'}, StandardOpenOption.APPEND);
        Files.writeString(segment, lines.getFirst().substring(0, 40), StandardOpenOption.APPEND);
        start(1 << 20);
        assertThat(log.summary("b").map(BuildSummary::jobs)).contains(2);
        add("b", 2, 1);
        start(1 << 20);
        assertThat(log.summary("b").map(BuildSummary::jobs)).contains(3);
        assertThat(log.jobs("b")).hasSize(3);
    }

    @Test
    void countsAllSegmentsIfTheSummariesAreDamaged() throws IOException {
        start(3_000);
        add("b", 0, 9);
        assertThat(segments()).as("rotated").hasSizeGreaterThan(1);
        Files.writeString(directory.resolve("builds/summaries.jsonl"), "garbage\n{\"id\":\"x\"}\n");
        start(3_000);
        assertThat(log.summaries()).hasSize(1);
        assertThat(log.summary("b").map(BuildSummary::jobs)).contains(9);
    }

    @Test
    void keepsInMemoryWhatCannotBeWritten() throws IOException {
        Files.writeString(directory.resolve("builds"), "in the way");
        start(1 << 20);
        add("b", 0, 3);
        assertThat(log.summary("b").map(BuildSummary::jobs)).contains(3);
        assertThat(log.jobs("b")).hasSize(3);
    }

    @Test
    void writesWhatHasEndedWhenItIsClosed() throws IOException {
        start(1 << 20);
        for (int i = 0; i < 2_000; i++) {
            jobs.add(JobFixtures.remote("b", i, "pc2", i, 90));
        }
        log.close();
        start(1 << 20);
        assertThat(log.summary("b").map(BuildSummary::jobs)).contains(2_000);
    }
}
