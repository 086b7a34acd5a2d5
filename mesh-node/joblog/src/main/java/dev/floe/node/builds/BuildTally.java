package dev.floe.node.builds;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.ResultProof;

/** Sums up the jobs of one build as they end. Not thread-safe. */
final class BuildTally {
    static final int MAX_SLOWEST = 10;
    static final int MAX_REASONS = 50;
    static final int MAX_EXECUTORS = 200;
    static final String OTHER = "other";
    private static final Comparator<BuildSummary.SlowJob> LONGEST_FIRST = Comparator
            .comparing(BuildSummary.SlowJob::total).reversed();

    private final String id;
    private final ActiveTime active;
    private String submitter = "";
    private @Nullable Path directory;
    private Instant started = Instant.MAX;
    private Instant ended = Instant.MIN;
    private int remote;
    private int cached;
    private int local;
    private final Map<String, Integer> localReasons = new LinkedHashMap<>();
    private final Map<String, Integer> executors = new LinkedHashMap<>();
    private Duration compiler = Duration.ZERO;
    private Duration cacheSaved = Duration.ZERO;
    private final List<BuildSummary.SlowJob> slowest = new ArrayList<>();
    private final Map<String, Integer> proofs = new LinkedHashMap<>();
    private long bytesSent;
    private long bytesReceived;

    BuildTally(String id) {
        this.id = id;
        this.active = new ActiveTime(Duration.ZERO);
    }

    /** Goes on from a summary. */
    BuildTally(BuildSummary from) {
        id = from.id();
        active = new ActiveTime(from.active());
        submitter = from.submitter();
        directory = path(from.directory());
        started = from.started();
        ended = from.ended();
        remote = from.remote();
        cached = from.cached();
        local = from.local();
        localReasons.putAll(from.localReasons());
        executors.putAll(from.executors());
        compiler = from.compiler();
        cacheSaved = from.cacheSaved();
        slowest.addAll(from.slowest());
        proofs.putAll(from.proofs());
        bytesSent = from.bytesSent();
        bytesReceived = from.bytesReceived();
    }

    void add(JobRecord job) {
        submitter = job.submitter();
        Path its = path(job.directory());
        directory = directory == null ? its : common(directory, its);
        Instant end = job.started().plus(job.total());
        started = job.started().isBefore(started) ? job.started() : started;
        ended = end.isAfter(ended) ? end : ended;
        active.add(job.started(), end);
        switch (job.decision()) {
            case REMOTE -> {
                remote++;
                count(executors, job.node(), MAX_EXECUTORS);
                compiler = compiler.plus(job.compiler());
            }
            case CACHED -> {
                cached++;
                cacheSaved = cacheSaved.plus(job.saved());
            }
            case LOCAL -> {
                local++;
                count(localReasons, job.reason(), MAX_REASONS);
            }
        }
        if (job.proof().kind() != ResultProof.ProofKind.NONE) {
            count(proofs, job.proof().kind().key(), ResultProof.ProofKind.values().length);
        }
        bytesSent += job.bytesSent();
        bytesReceived += job.bytesReceived();
        rank(job);
    }

    private void rank(JobRecord job) {
        if (slowest.size() == MAX_SLOWEST && job.total().compareTo(slowest.getLast().total()) <= 0) {
            return;
        }
        String source = job.source().isEmpty() ? String.join(" ", job.argv()) : job.source();
        slowest.add(new BuildSummary.SlowJob(shortened(source), job.total(),
                job.decision().name().toLowerCase(Locale.ROOT), job.node()));
        slowest.sort(LONGEST_FIRST);
        if (slowest.size() > MAX_SLOWEST) {
            slowest.removeLast();
        }
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 197) + "...";
    }

    private static void count(Map<String, Integer> counts, String key, int max) {
        counts.merge(counts.size() < max - 1 || counts.containsKey(key) ? key : OTHER, 1, Integer::sum);
    }

    private static @Nullable Path path(String text) {
        try {
            Path path = Path.of(text);
            return path.isAbsolute() ? path.normalize() : null;
        } catch (InvalidPathException _) {
            return null;
        }
    }

    /** The deepest directory that holds both. */
    private static Path common(Path one, @Nullable Path other) {
        Path at = one;
        while (other != null && !other.startsWith(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    BuildSummary summary() {
        return new BuildSummary(id, submitter, directory == null ? "" : directory.toString(), started, ended,
                active.sum(), remote + cached + local, remote, cached, local, mostFirst(localReasons),
                mostFirst(executors), compiler, cacheSaved, slowest, mostFirst(proofs), bytesSent, bytesReceived);
    }

    Instant ended() {
        return ended;
    }

    private static Map<String, Integer> mostFirst(Map<String, Integer> counts) {
        Map<String, Integer> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
