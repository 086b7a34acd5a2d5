package dev.floe.node.joblog;

import java.util.Locale;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The Flight Recorder's event of a job that was submitted on this node, from the wrapper's request to its end. */
@Name("dev.floe.Job")
@Label("Job")
@Category("Floe")
@Description("A command that a wrapper on this machine has submitted")
@StackTrace(false)
public final class JobEvent extends Event {
    @Label("Job")
    String id = "";

    @Label("Build")
    String build = "";

    @Label("Source")
    String source = "";

    @Label("Decision")
    @Description("remote, local or cached")
    String decision = "";

    @Label("Reason")
    String reason = "";

    @Label("Executor")
    String executor = "";

    @Label("Cache")
    @Description("What the cache had for it")
    String cache = "";

    @Label("Proof")
    String proof = "";

    @Label("CPU Time of the Compiler")
    @Timespan
    long compiler;

    @Label("Parse")
    @Timespan
    long parseTime;

    @Label("Toolchain")
    @Timespan
    long toolchainTime;

    @Label("Discover")
    @Timespan
    long discoverTime;

    @Label("Cache")
    @Timespan
    long cacheTime;

    @Label("Offer")
    @Timespan
    long offerTime;

    @Label("Upload")
    @Timespan
    long uploadTime;

    @Label("Input")
    @Timespan
    long inputTime;

    @Label("Queue")
    @Timespan
    long queueTime;

    @Label("Tree")
    @Timespan
    long treeTime;

    @Label("Run")
    @Timespan
    long runTime;

    @Label("Collect")
    @Timespan
    long collectTime;

    @Label("Remote")
    @Timespan
    long remoteTime;

    @Label("Check")
    @Timespan
    long checkTime;

    @Label("Write")
    @Timespan
    long writeTime;

    @Label("Local Slot")
    @Timespan
    long localSlotTime;

    @Label("Local Run")
    @Timespan
    long localRunTime;

    /** Ends the event with what the record says, if a recording wants it. */
    public void record(JobRecord job) {
        if (!shouldCommit()) {
            return;
        }
        id = job.id();
        build = job.build();
        source = job.source();
        decision = job.decision().name().toLowerCase(Locale.ROOT);
        reason = job.reason();
        executor = job.node();
        cache = job.cache();
        proof = job.proof().kind().key();
        compiler = job.compiler().toNanos();
        job.steps().forEach((step, time) -> set(step, time.toNanos()));
        commit();
    }

    private void set(JobStep step, long nanos) {
        switch (step) {
            case PARSE -> parseTime = nanos;
            case TOOLCHAIN -> toolchainTime = nanos;
            case SCAN -> discoverTime = nanos;
            case CACHE -> cacheTime = nanos;
            case SCHEDULE -> offerTime = nanos;
            case UPLOAD -> uploadTime = nanos;
            case FETCH_INPUTS -> inputTime = nanos;
            case QUEUE -> queueTime = nanos;
            case EXEC_ROOT -> treeTime = nanos;
            case RUN -> runTime = nanos;
            case COLLECT -> collectTime = nanos;
            case REMOTE_TOTAL -> remoteTime = nanos;
            case CHECK -> checkTime = nanos;
            case WRITE -> writeTime = nanos;
            case LOCAL_QUEUE -> localSlotTime = nanos;
            case LOCAL_RUN -> localRunTime = nanos;
        }
    }
}
