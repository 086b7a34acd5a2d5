package dev.floe.node.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;

/**
 * Counts the jobs that this node's submitter ends. All time series exist from the start, because Prometheus sees no
 * increase in one that appears with its first value; so their number is bounded by the classes alone. Thread-safe.
 */
final class JobMetrics implements Consumer<JobRecord> {
    /** Bounds of the histograms in seconds. Steps on the submitter take milliseconds, compiles up to minutes. */
    private static final double[] BOUNDS = {0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

    private final Map<JobRecord.Decision, CounterDataPoint> jobs = new EnumMap<>(JobRecord.Decision.class);
    private final Map<JobRecord.Decision, DistributionDataPoint> durations = new EnumMap<>(JobRecord.Decision.class);
    private final Map<JobStep, DistributionDataPoint> steps = new EnumMap<>(JobStep.class);
    private final Map<JobStep, CounterDataPoint> cpu = new EnumMap<>(JobStep.class);
    private final Map<CacheAnswer, CounterDataPoint> answers = new EnumMap<>(CacheAnswer.class);
    private final Map<ResultProof.ProofKind, CounterDataPoint> proofs = new EnumMap<>(ResultProof.ProofKind.class);
    private final Map<AttemptResult, CounterDataPoint> attempts = new EnumMap<>(AttemptResult.class);
    private final Counter localReasons;
    private final Counter bytesSent;
    private final Counter bytesReceived;
    private final CounterDataPoint savedByPeers;
    private final CounterDataPoint savedByCache;

    JobMetrics(PrometheusRegistry registry) {
        Counter byOutcome = counter("floe_jobs", "Jobs submitted on this machine that have ended.", "outcome")
                .register(registry);
        Histogram durationByOutcome = histogram("floe_job_seconds", "Time from the request of the wrapper to its end.",
                "outcome").register(registry);
        for (JobRecord.Decision decision : JobRecord.Decision.values()) {
            jobs.put(decision, byOutcome.labelValues(key(decision)));
            durations.put(decision, durationByOutcome.labelValues(key(decision)));
        }
        localReasons = counter("floe_local_jobs", "Jobs that were compiled locally, by the class of the reason.",
                "reason").register(registry);
        LocalReasonLabel.all().forEach(localReasons::initLabelValues);
        Histogram durationByStep = histogram("floe_step_seconds",
                "Time of the steps of jobs. Those from input to collect are the executor's account and part of remote.",
                "step").register(registry);
        Counter cpuByStep = counter("floe_step_cpu_seconds",
                "CPU time of the steps of jobs; run has that of the compiler.", "step").register(registry);
        for (JobStep step : JobStep.values()) {
            steps.put(step, durationByStep.labelValues(step.key()));
            cpu.put(step, cpuByStep.labelValues(step.key()));
        }
        Counter byAnswer = counter("floe_job_cache_answers",
                "What the cache of results had for jobs, by the class of the reason.", "result", "reason")
                .register(registry);
        for (CacheAnswer answer : CacheAnswer.values()) {
            answers.put(answer, byAnswer.labelValues(answer.result(), answer.reason()));
        }
        Counter byProof = counter("floe_job_proofs", "Jobs whose compile was checked for what it missed.", "proof")
                .register(registry);
        Stream.of(ResultProof.ProofKind.values()).filter(kind -> kind != ResultProof.ProofKind.NONE)
                .forEach(kind -> proofs.put(kind, byProof.labelValues(kind.key())));
        Counter byResult = counter("floe_job_attempts", "Offers of jobs to executors, by what came of them.", "result")
                .register(registry);
        for (AttemptResult result : AttemptResult.values()) {
            attempts.put(result, byResult.labelValues(result.key()));
        }
        bytesSent = counter("floe_job_sent_bytes", "Bytes of inputs sent to executors, before compression.")
                .register(registry);
        bytesReceived = counter("floe_job_received_bytes",
                "Bytes of outputs received from executors and the cache, before compression.").register(registry);
        Counter saved = counter("floe_cpu_saved_seconds",
                "CPU time of compilers that this machine was spared: on peers, or once, for a result in the cache.",
                "by")
                .register(registry);
        savedByPeers = saved.labelValues("peers");
        savedByCache = saved.labelValues("cache");
    }

    private static Counter.Builder counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars();
    }

    private static Histogram.Builder histogram(String name, String help, String... labels) {
        return Histogram.builder().name(name).help(help).labelNames(labels).classicOnly().classicUpperBounds(BOUNDS)
                .withoutExemplars();
    }

    @Override
    public void accept(JobRecord job) {
        of(jobs, job.decision()).inc();
        of(durations, job.decision()).observe(seconds(job.total()));
        switch (job.decision()) {
            case LOCAL -> localReasons.labelValues(LocalReasonLabel.of(job)).inc();
            case REMOTE -> savedByPeers.inc(seconds(job.compiler()));
            case CACHED -> savedByCache.inc(seconds(job.saved()));
        }
        job.steps().forEach((step, time) -> of(steps, step).observe(seconds(time)));
        job.cpu().forEach((step, time) -> of(cpu, step).inc(seconds(time)));
        if (!job.cache().isEmpty()) {
            of(answers, CacheAnswer.of(job.cache())).inc();
        }
        if (job.proof().kind() != ResultProof.ProofKind.NONE) {
            of(proofs, job.proof().kind()).inc();
        }
        job.attempts().forEach(attempt -> of(attempts, AttemptResult.of(attempt.result())).inc());
        bytesSent.inc(job.bytesSent());
        bytesReceived.inc(job.bytesReceived());
    }

    private static <K extends Enum<K>, D> D of(Map<K, D> points, K key) {
        return Objects.requireNonNull(points.get(key));
    }

    private static String key(JobRecord.Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    /** A counter takes no negative amounts. */
    private static double seconds(Duration time) {
        return Math.max(0, time.toNanos() / 1e9);
    }
}
