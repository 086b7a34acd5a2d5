package dev.floe.node.joblog;

import java.time.Duration;
import java.time.Instant;

/**
 * A job that has not ended.
 *
 * @param build     as in {@link JobRecord}
 * @param source    file that it compiles; the program's name if the command compiles none
 * @param executor  name of the node that has it; empty if none has accepted it yet
 * @param step      which is under way
 * @param elapsed   since it began, by a monotonic clock
 * @param predicted time of its compile; zero if it is not known
 */
public record RunningJob(String id, String build, String source, String directory, String submitter, String executor,
        JobStep step, Instant started, Duration elapsed, Duration predicted) {}
