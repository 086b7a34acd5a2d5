package dev.floe.node.submit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.floe.node.execute.CpuClock;
import dev.floe.node.record.JobRecord;
import dev.floe.node.record.Proof;
import dev.floe.node.record.Step;
import dev.floe.node.wire.JobMessage.Effort;

/** A job's record while the job is under way. */
final class Account {
    /** Steps in which the thread does not wait as a rule, so that the time of the processor can be told. */
    private static final Set<Step> UNWAITING = EnumSet.of(Step.PARSE, Step.TOOLCHAIN, Step.DISCOVER, Step.CHECK);

    /** What an executor says of its steps counts up to this. */
    private static final Duration MAX_STEP = Duration.ofDays(7);

    private final String id;
    private final Hello hello;
    private final Instant started;
    private final long startNanos = System.nanoTime();
    private final Map<Step, Duration> steps = new EnumMap<>(Step.class);
    private final Map<Step, Duration> cpu = new EnumMap<>(Step.class);
    private final List<JobRecord.Attempt> attempts = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private Proof.Kind proof = Proof.Kind.NONE;
    private String gap = "";
    private long lapNanos = startNanos;
    private CpuClock.Moment lapCpu = CpuClock.now();
    private String source = "";
    private String output = "";
    private String toolchain = "";
    private String cache = "";
    private Duration saved = Duration.ZERO;
    private int inputs;
    private long bytesSent;
    private long bytesReceived;
    private Duration compiler = Duration.ZERO;
    private long maxRssBytes;

    Account(String id, Hello hello, Instant started) {
        this.id = id;
        this.hello = hello;
        this.started = started;
    }

    String id() {
        return id;
    }

    /** The time since the last lap counts for {@code step}; all laps are made by one virtual thread. */
    void lap(Step step) {
        long now = System.nanoTime();
        steps.merge(step, Duration.ofNanos(now - lapNanos), Duration::plus);
        lapNanos = now;
        CpuClock.Moment cpuNow = CpuClock.now();
        if (UNWAITING.contains(step)) {
            cpu.merge(step, Duration.ofNanos(cpuNow.since(lapCpu)), Duration::plus);
        }
        lapCpu = cpuNow;
    }

    void command(String sourceFile, String outputFile) {
        source = sourceFile;
        output = outputFile;
    }

    void toolchain(String name) {
        toolchain = name;
    }

    /** What the cache had for the job. */
    void cache(String what) {
        cache = what;
    }

    /** Time of the processor that a cached result once took. */
    void saved(Duration time) {
        saved = time;
    }

    void inputs(int count) {
        inputs = count;
    }

    void attempt(String node, String result) {
        attempts.add(new JobRecord.Attempt(node, result));
    }

    /** A compile has missed what the submitter has, and is repeated. */
    void missed(List<String> names) {
        names.stream().filter(name -> !missed.contains(name)).forEach(missed::add);
    }

    /** Nothing that the compile missed is there. */
    void proven() {
        proof = missed.isEmpty() ? Proof.Kind.PROVEN : Proof.Kind.REPAIRED;
        gap = "";
    }

    /** It is not known what the compile missed. */
    void notObserved(String why) {
        proof = Proof.Kind.NOT_OBSERVED;
        gap = why;
    }

    /** The plain compiler does the job. */
    void plain() {
        proof = Proof.Kind.NONE;
        gap = "";
    }

    void sent(long bytes) {
        bytesSent += bytes;
    }

    void received(long bytes) {
        bytesReceived += bytes;
    }

    void effort(Effort effort) {
        steps.put(Step.INPUT, millis(effort.inputMillis()));
        steps.put(Step.QUEUE, millis(effort.queueMillis()));
        steps.put(Step.TREE, millis(effort.treeMillis()));
        steps.put(Step.RUN, millis(effort.runMillis()));
        steps.put(Step.COLLECT, millis(effort.collectMillis()));
        compiler = micros(effort.userMicros() + effort.systemMicros());
        spent(Step.INPUT, effort.inputCpuMicros());
        spent(Step.TREE, effort.treeCpuMicros());
        spent(Step.RUN, effort.runCpuMicros() + effort.userMicros() + effort.systemMicros());
        spent(Step.COLLECT, effort.collectCpuMicros());
        maxRssBytes = effort.maxRssBytes();
    }

    /** What an executor knows of; one of an own job does not count its threads, an older one none. */
    private void spent(Step step, long micros) {
        if (micros > 0) {
            cpu.put(step, micros(micros));
        }
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(Math.clamp(count, 0, MAX_STEP.toMillis()));
    }

    private static Duration micros(long count) {
        return Duration.ofNanos(1000 * Math.clamp(count, 0, MAX_STEP.toMillis() * 1000));
    }

    JobRecord end(JobRecord.Decision decision, String reason, String node, int exit) {
        return new JobRecord(id, started, source, output,
                hello.directory(), hello.argv(),
                decision, reason, node, exit, Duration.ofNanos(System.nanoTime() - startNanos), steps, cpu, compiler,
                attempts, toolchain, inputs,
                bytesSent, bytesReceived, maxRssBytes, cache, saved, new Proof(proof, missed, gap));
    }
}
