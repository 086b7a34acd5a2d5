package dev.floe.node.joblog;

import java.util.Locale;

/**
 * A part of a job's way; its time is in the job's record. Those from {@code INPUT} to {@code COLLECT} are the
 * executor's own account.
 */
public enum JobStep {
    /** Understanding the command. */
    PARSE,
    /** Finding the toolchain's id, or making the toolchain. */
    TOOLCHAIN,
    /** Finding the input set. */
    DISCOVER,
    /** Looking for the result in the mesh's cache, fetching it, and waiting for another build that makes it. */
    CACHE,
    /** From the first offer to the answer that was accepted. */
    OFFER,
    /** Sending the bytes that the executor lacked. */
    UPLOAD,
    /** Looking for the inputs, answering, and taking those that were lacking. */
    INPUT,
    /** Waiting for a slot. */
    QUEUE,
    /** Making the tree. */
    TREE,
    /** The sandbox and the compiler in it. */
    RUN,
    /** Looking for what the command made. */
    COLLECT,
    /** From the end of the upload to the last byte of the result; holds the executor's steps. */
    REMOTE,
    /** Looking whether what the compile missed is there on the submitter. */
    CHECK,
    /** Writing the outputs on the submitter. */
    WRITE,
    /** Waiting for a local slot. */
    LOCAL_SLOT,
    /** The compiler on the submitter. */
    LOCAL_RUN;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
