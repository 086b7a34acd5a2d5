package dev.floe.node.joblog;

import java.util.Optional;

/**
 * A step of a job; the job's record has its time. {@code FETCH_INPUTS} to {@code COLLECT} are reported by the executor.
 */
public enum JobStep {
    /** Understanding the command. */
    PARSE("parse"),
    /** Finding the toolchain's id, or packing the toolchain. */
    TOOLCHAIN("toolchain"),
    /** Finding the input set. */
    SCAN("scan", "discover"),
    /** Looking up the result in the mesh's cache, fetching it, and waiting for another build that makes it. */
    CACHE("cache"),
    /** From the first offer to the answer that was accepted. */
    SCHEDULE("schedule", "offer"),
    /** Sending the bytes that the executor lacked. */
    UPLOAD("upload"),
    /** Looking up the inputs, answering, and receiving those that were missing. */
    FETCH_INPUTS("fetch-inputs", "input"),
    /** Waiting for a slot of the executor. */
    QUEUE("queue"),
    /** Building the exec root. */
    EXEC_ROOT("exec-root", "tree"),
    /** The sandbox and the compiler in it. */
    RUN("run"),
    /** Finding the outputs. */
    COLLECT("collect"),
    /** From the end of the upload to the last byte of the result; contains the executor's steps. */
    REMOTE_TOTAL("remote-total", "remote"),
    /** Checking whether what the compile missed is there on the submitter. */
    CHECK("check"),
    /** Writing the outputs on the submitter. */
    WRITE("write"),
    /** Waiting for a local slot. */
    LOCAL_QUEUE("local-queue", "local_slot"),
    /** The compiler on the submitter. */
    LOCAL_RUN("local-run", "local_run");

    private final String key;
    private final String oldKey;

    JobStep(String key) {
        this(key, key);
    }

    JobStep(String key, String oldKey) {
        this.key = key;
        this.oldKey = oldKey;
    }

    /** Its name in reports, JSON and metrics. */
    public String key() {
        return key;
    }

    /** Its name in version 0.1; JSON has it beside {@link #key} for one release, and messages have it alone. */
    public String oldKey() {
        return oldKey;
    }

    /** The step of either name; empty for one of a later version. */
    public static Optional<JobStep> find(String key) {
        for (JobStep step : values()) {
            if (step.key.equals(key) || step.oldKey.equals(key)) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }
}
