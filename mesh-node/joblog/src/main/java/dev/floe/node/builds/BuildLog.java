package dev.floe.node.builds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.Backoff;
import dev.floe.node.bounds.QueueWorker;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.store.FailureText;

/**
 * The builds of this node: summaries of the last {@link #MAX_BUILDS}, and the job records of as many of the last as
 * {@link #MAX_BYTES} hold, in files that outlive the node. A thread of its own sums up and writes; a job that ends only
 * puts its record into a queue, and if that is full the record is missing in its build rather than the job delayed.
 * What cannot be written is kept in memory.
 */
public final class BuildLog implements AutoCloseable {
    public static final int MAX_BUILDS = 1_000;
    /** Of job records on disk. */
    public static final long MAX_BYTES = 64L << 20;

    private static final Logger LOG = LogManager.getLogger(BuildLog.class);
    private static final long SEGMENT_BYTES = 4L << 20;
    private static final int MAX_QUEUED = 10_000;
    private static final int MAX_BATCH = 500;
    private static final int MAX_JOBS_OF_A_BUILD = 100_000;
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final JobLog log;
    private final JobSegments segments;
    private final int maxBuilds;
    private final QueueWorker<BuildEntry> writer = new QueueWorker<>("floe-builds", MAX_QUEUED, this::handle);
    private final SequencedMap<String, BuildTally> tallies = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself
    private JobLog.@Nullable Following following; // set by start
    private boolean warned; // the writer's own
    private Backoff writing = Backoff.fixed(RETRY); // the writer's own

    /** What the writer takes from the queue. */
    private sealed interface BuildEntry {
        /** The first: what earlier runs have left is read. */
        record Restore() implements BuildEntry {}

        record EndedJob(JobRecord job) implements BuildEntry {}

        record Barrier(CountDownLatch reached) implements BuildEntry {}
    }

    /** @param directory for the files; made when the first is written */
    public BuildLog(Path directory, JobLog log) {
        this(directory, log, SEGMENT_BYTES, Math.toIntExact(MAX_BYTES / SEGMENT_BYTES) - 1, MAX_BUILDS);
    }

    BuildLog(Path directory, JobLog log, long segmentBytes, int maxSegments, int maxBuilds) {
        this.log = log;
        this.segments = new JobSegments(directory, segmentBytes, maxSegments);
        this.maxBuilds = maxBuilds;
    }

    /** Restores the builds of earlier runs, and begins to follow the jobs that end. */
    public void start() {
        writer.offer(new BuildEntry.Restore());
        following = log.follow(job -> {
            if (!job.build().isEmpty()) {
                writer.offer(new BuildEntry.EndedJob(job));
            }
        });
        writer.start();
    }

    /** The builds, the one with the latest end first. */
    public List<BuildSummary> summaries() {
        synchronized (tallies) {
            return tallies.values().stream().sorted(Comparator.comparing(BuildTally::ended).reversed())
                    .map(BuildTally::summary).toList();
        }
    }

    public Optional<BuildSummary> summary(String id) {
        synchronized (tallies) {
            return Optional.ofNullable(tallies.get(id)).map(BuildTally::summary);
        }
    }

    /** The build that ended last. */
    public Optional<BuildSummary> last() {
        synchronized (tallies) {
            return tallies.values().stream().max(Comparator.comparing(BuildTally::ended)).map(BuildTally::summary);
        }
    }

    /**
     * The jobs of a build whose records are still there, by their start; those of a source without the words of their
     * commands.
     */
    public List<JobRecord> jobs(String id) {
        Map<String, JobRecord> jobs = new LinkedHashMap<>();
        Consumer<JobRecord> add = job -> {
            if (job.build().equals(id) && jobs.size() < MAX_JOBS_OF_A_BUILD) {
                jobs.putIfAbsent(job.id() + " " + job.started(), brief(job)); // those in memory are not yet
            }
        };
        try {
            for (long number : segments.numbers()) {
                segments.read(number, line -> {
                    if (line.contains(id)) {
                        parse(line).ifPresent(add);
                    }
                });
            }
        } catch (IOException e) {
            LOG.warn("job records of builds cannot be read, only those in memory are shown: {}", FailureText.of(e));
        }
        log.all().forEach(add);
        List<JobRecord> sorted = new ArrayList<>(jobs.values());
        sorted.sort(Comparator.comparing(JobRecord::started));
        return sorted;
    }

    /**
     * What sums and traces need: the words of a compile would be most of a record. Times are those that a record read
     * back has, so that sums are the same after a restart.
     */
    private static JobRecord brief(JobRecord job) {
        return new JobRecord(job.id(), job.started(), job.source(), "", job.directory(),
                job.source().isEmpty() ? job.argv() : List.of(), job.decision(), job.reason(), job.node(), job.exit(),
                millis(job.total()), job.steps(), Map.of(), millis(job.compiler()), job.attempts(),
                job.toolchain(), job.inputs(), job.bytesSent(), job.bytesReceived(), job.maxRssBytes(), job.cache(),
                millis(job.saved()), job.proof(), job.submitter(), job.build());
    }

    private static Duration millis(Duration time) {
        return Duration.ofMillis(time.toMillis());
    }

    /** Waits until all jobs that have ended are counted, but no longer than the given time. */
    public void await(Duration longest) {
        CountDownLatch reached = new CountDownLatch(1);
        try {
            long end = System.nanoTime() + longest.toNanos();
            if (writer.offer(new BuildEntry.Barrier(reached), longest)) {
                reached.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(BuildEntry first) {
        List<BuildEntry> batch = new ArrayList<>(List.of(first));
        batch.addAll(writer.drain(MAX_BATCH - 1));
        StringBuilder lines = new StringBuilder();
        List<CountDownLatch> reached = new ArrayList<>();
        for (BuildEntry entry : batch) {
            switch (entry) {
                case BuildEntry.Restore() -> restore();
                case BuildEntry.EndedJob(JobRecord job) -> {
                    JobRecord brief = brief(job);
                    count(brief);
                    lines.append(brief.toJson()).append('\n');
                }
                case BuildEntry.Barrier(CountDownLatch latch) -> reached.add(latch);
            }
        }
        if (!lines.isEmpty()) {
            write(lines.toString());
        }
        reached.forEach(CountDownLatch::countDown);
    }

    private void count(JobRecord job) {
        synchronized (tallies) {
            tallies.computeIfAbsent(job.build(), BuildTally::new).add(job);
            drop();
        }
    }

    /** The least recently used are dropped; called with the lock of the tallies. */
    private void drop() {
        while (tallies.size() > maxBuilds) {
            tallies.pollFirstEntry();
        }
    }

    private void write(String lines) {
        if (writing.isPaused(System.nanoTime())) {
            return;
        }
        try {
            segments.append(lines.getBytes(StandardCharsets.UTF_8));
            if (segments.isFull()) {
                segments.rotate(lines());
            }
        } catch (IOException e) {
            writing = writing.failed(System.nanoTime());
            if (!warned) {
                LOG.warn("builds cannot be written to disk, and are tried again each minute: {}",
                        FailureText.of(e));
            }
            warned = true;
            closeSegments();
        }
    }

    private List<String> lines() {
        synchronized (tallies) {
            return tallies.values().stream().map(tally -> tally.summary().toJson()).toList();
        }
    }

    /** What an earlier run of the node has left. */
    private void restore() {
        Set<Long> damaged = new HashSet<>();
        try {
            long through = readSummaries();
            for (long number : segments.numbers().tailSet(through, false)) {
                segments.read(number, line -> parse(line).ifPresentOrElse(this::count, () -> damaged.add(number)));
            }
        } catch (IOException e) {
            LOG.warn("the builds of earlier runs of this node cannot be read: {}", FailureText.of(e));
        }
        if (!damaged.isEmpty()) {
            LOG.debug("lines were skipped in the segments {}", damaged);
        }
    }

    private long readSummaries() throws IOException {
        return segments.readSummaries(line -> {
            try {
                BuildSummary summary = BuildSummary.parse(line);
                synchronized (tallies) {
                    tallies.put(summary.id(), new BuildTally(summary));
                    drop();
                }
            } catch (IOException e) {
                LOG.debug("a summary of a build was skipped: {}", FailureText.of(e));
            }
        });
    }

    private static Optional<JobRecord> parse(String line) {
        try {
            JobRecord job = JobRecord.parse(line);
            return job.build().isEmpty() ? Optional.empty() : Optional.of(job);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void closeSegments() {
        try {
            segments.close();
        } catch (IOException e) {
            LOG.debug("a segment did not close: {}", FailureText.of(e));
        }
    }

    /** Writes what has ended so far. */
    @Override
    public void close() {
        JobLog.Following open = following;
        if (open == null) {
            return;
        }
        open.close();
        writer.finish();
        closeSegments();
    }
}
