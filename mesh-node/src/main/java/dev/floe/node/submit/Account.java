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
import dev.floe.node.record.RunningJob;
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
    private final String submitter;
    private final String build;
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
    private volatile String source = ""; // this, step, executor and predicted: for whoever looks at the job meanwhile
    private volatile Step step = Step.PARSE;
    private volatile String executor = "";
    private volatile Duration predicted = Duration.ZERO;
    private String output = "";
    private String toolchain = "";
    private String cache = "";
    private Duration saved = Duration.ZERO;
    private int inputs;
    private long bytesSent;
    private long bytesReceived;
    private Duration compiler = Duration.ZERO;
    private long maxRssBytes;

    /** @param submitter name of this node */
    Account(String id, String submitter, Hello hello, Instant started) {
        this.id = id;
        this.submitter = submitter;
        this.build = hello.build();
        this.hello = hello;
        this.started = started;
    }

    String id() {
        return id;
    }

    /** What comes after a step as a rule; {@link #begins} says it where it is another. */
    private static Step after(Step done) {
        return switch (done) {
            case PARSE -> Step.TOOLCHAIN;
            case TOOLCHAIN -> Step.DISCOVER;
            case DISCOVER -> Step.CACHE;
            case CACHE -> Step.OFFER;
            case OFFER -> Step.UPLOAD;
            case UPLOAD, INPUT, QUEUE, TREE, RUN, COLLECT -> Step.REMOTE;
            case REMOTE -> Step.CHECK;
            case CHECK, WRITE -> Step.WRITE;
            case LOCAL_SLOT, LOCAL_RUN -> Step.LOCAL_RUN;
        };
    }

    /** A step begins on a node; empty if on none. */
    void begins(Step next, String node) {
        step = next;
        executor = node;
    }

    void predicted(Duration time) {
        predicted = time;
    }

    /** The job as it is now; called by any thread. */
    RunningJob running() {
        String file = source;
        return new RunningJob(id, build, file.isEmpty() ? hello.program() : file, hello.directory(), submitter,
                executor, step, started, Duration.ofNanos(System.nanoTime() - startNanos), predicted);
    }

    /** The time since the last lap counts for {@code done}; all laps are made by one virtual thread. */
    void lap(Step done) {
        long now = System.nanoTime();
        steps.merge(done, Duration.ofNanos(now - lapNanos), Duration::plus);
        lapNanos = now;
        CpuClock.Moment cpuNow = CpuClock.now();
        if (UNWAITING.contains(done)) {
            cpu.merge(done, Duration.ofNanos(cpuNow.since(lapCpu)), Duration::plus);
        }
        lapCpu = cpuNow;
        step = after(done);
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
                bytesSent, bytesReceived, maxRssBytes, cache, saved, new Proof(proof, missed, gap), submitter, build);
    }
}
