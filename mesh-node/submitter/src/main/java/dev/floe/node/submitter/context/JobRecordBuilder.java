package dev.floe.node.submitter.context;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import jdk.jfr.FlightRecorder;

import dev.floe.node.bounds.PeerNumber;
import dev.floe.node.executor.ThreadCpuClock;
import dev.floe.node.joblog.JobEvent;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.joblog.RunningJob;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.submitter.wrapper.HelloFrame;

/** A job's record while the job is under way. */
public final class JobRecordBuilder {
    /** Steps in which the thread rarely waits, so that their CPU time is known. */
    private static final Set<JobStep> UNWAITING = EnumSet.of(JobStep.PARSE, JobStep.TOOLCHAIN, JobStep.SCAN,
            JobStep.CHECK);

    /** What an executor says of its steps counts up to this. */

    private final String id;
    private final HelloFrame hello;
    private final String submitter;
    private final String build;
    private final Instant started;
    /** Null before somebody has used the Flight Recorder, because its first event sets it up, which takes long. */
    private final @Nullable JobEvent event = FlightRecorder.isInitialized() ? new JobEvent() : null;
    private final long startNanos = System.nanoTime();
    private final Map<JobStep, Duration> steps = new EnumMap<>(JobStep.class);
    private final Map<JobStep, Duration> cpu = new EnumMap<>(JobStep.class);
    private final List<JobRecord.Attempt> attempts = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private ResultProof.ProofKind proof = ResultProof.ProofKind.NONE;
    private String gap = "";
    private long lapNanos = startNanos;
    private ThreadCpuClock.Moment lapCpu = ThreadCpuClock.now();
    private volatile String source = ""; // this, step, executor and predicted: for whoever looks at the job meanwhile
    private volatile JobStep step = JobStep.PARSE;
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

    /**
     * @param submitter name of this node
     * @param build     id of the job's build; empty if it has none
     */
    public JobRecordBuilder(String id, String submitter, String build, HelloFrame hello, Instant started) {
        this.id = id;
        this.submitter = submitter;
        this.build = build;
        this.hello = hello;
        this.started = started;
        if (event != null) {
            event.begin();
        }
    }

    public String id() {
        return id;
    }

    /** What comes after a step as a rule; {@link #begins} says it where it is another. */
    private static JobStep after(JobStep done) {
        return switch (done) {
            case PARSE -> JobStep.TOOLCHAIN;
            case TOOLCHAIN -> JobStep.SCAN;
            case SCAN -> JobStep.CACHE;
            case CACHE -> JobStep.SCHEDULE;
            case SCHEDULE -> JobStep.UPLOAD;
            case UPLOAD, FETCH_INPUTS, QUEUE, EXEC_ROOT, RUN, COLLECT -> JobStep.RUN;
            case REMOTE_TOTAL -> JobStep.CHECK;
            case CHECK, WRITE -> JobStep.WRITE;
            case LOCAL_QUEUE, LOCAL_RUN -> JobStep.LOCAL_RUN;
        };
    }

    /** A step begins on a node; empty if on none. */
    public void begins(JobStep next, String node) {
        step = next;
        executor = node;
    }

    /** The job waits in the queue of its executor until {@link #startsRunning}. */
    public void isQueued() {
        step = JobStep.QUEUE;
    }

    public void startsRunning() {
        step = JobStep.RUN;
    }

    public void predicted(Duration time) {
        predicted = time;
    }

    /** The job as it is now; called by any thread. */
    public RunningJob running() {
        String file = source;
        return new RunningJob(id, build, file.isEmpty() ? hello.program() : file, hello.directory(), submitter,
                executor, step, started, Duration.ofNanos(System.nanoTime() - startNanos), predicted);
    }

    /** The time since the last lap counts for {@code done}; all laps are made by one virtual thread. */
    public void lap(JobStep done) {
        long now = System.nanoTime();
        steps.merge(done, Duration.ofNanos(now - lapNanos), Duration::plus);
        lapNanos = now;
        ThreadCpuClock.Moment cpuNow = ThreadCpuClock.now();
        if (UNWAITING.contains(done)) {
            cpu.merge(done, Duration.ofNanos(cpuNow.since(lapCpu)), Duration::plus);
        }
        lapCpu = cpuNow;
        step = after(done);
    }

    public void command(String sourceFile, String outputFile) {
        source = sourceFile;
        output = outputFile;
    }

    public void toolchain(String name) {
        toolchain = name;
    }

    /** What the cache had for the job. */
    public void cache(String what) {
        cache = what;
    }

    /** CPU time that a cached result took when it was made. */
    public void saved(Duration time) {
        saved = time;
    }

    public void inputs(int count) {
        inputs = count;
    }

    public void attempt(String node, String result) {
        attempts.add(new JobRecord.Attempt(node, result));
    }

    /** A compile has missed what the submitter has, and is repeated. */
    public void missed(List<String> names) {
        names.stream().filter(name -> !missed.contains(name)).forEach(missed::add);
    }

    /** Nothing that the compile missed is there. */
    void proven() {
        proof = missed.isEmpty() ? ResultProof.ProofKind.PROVEN : ResultProof.ProofKind.REPAIRED;
        gap = "";
    }

    /** It is not known what the compile missed. */
    void notObserved(String why) {
        proof = ResultProof.ProofKind.NOT_OBSERVED;
        gap = why;
    }

    /** The plain compiler does the job. */
    public void plain() {
        proof = ResultProof.ProofKind.NONE;
        gap = "";
    }

    public void sent(long bytes) {
        bytesSent += bytes;
    }

    public void received(long bytes) {
        bytesReceived += bytes;
    }

    public void effort(ExecutionTimings effort) {
        steps.put(JobStep.FETCH_INPUTS, PeerNumber.millis(effort.inputMillis()));
        steps.put(JobStep.QUEUE, PeerNumber.millis(effort.queueMillis()));
        steps.put(JobStep.EXEC_ROOT, PeerNumber.millis(effort.treeMillis()));
        steps.put(JobStep.RUN, PeerNumber.millis(effort.runMillis()));
        steps.put(JobStep.COLLECT, PeerNumber.millis(effort.collectMillis()));
        compiler = PeerNumber.micros(effort.userMicros(), effort.systemMicros());
        spent(JobStep.FETCH_INPUTS, effort.inputCpuMicros());
        spent(JobStep.EXEC_ROOT, effort.treeCpuMicros());
        spent(JobStep.RUN, effort.runCpuMicros(), effort.userMicros(), effort.systemMicros());
        spent(JobStep.COLLECT, effort.collectCpuMicros());
        maxRssBytes = PeerNumber.memoryBytes(effort.maxRssBytes());
    }

    /** What an executor knows of; one of an own job does not count its threads, an older one none. */
    private void spent(JobStep step, long... micros) {
        Duration time = PeerNumber.micros(micros);
        if (time.isPositive()) {
            cpu.put(step, time);
        }
    }

    public JobRecord end(JobRecord.Decision decision, String reason, String node, int exit) {
        JobRecord record = new JobRecord(id, started, source, output,
                hello.directory(), hello.argv(),
                decision, reason, node, exit, Duration.ofNanos(System.nanoTime() - startNanos), steps, cpu, compiler,
                attempts, toolchain, inputs,
                bytesSent, bytesReceived, maxRssBytes, cache, saved, new ResultProof(proof, missed, gap), submitter,
                build);
        if (event != null) {
            event.record(record);
        }
        return record;
    }
}
