package dev.floe.node.joblog;

import java.time.Duration;

/**
 * Sums over all jobs of this node's submitter since its start.
 *
 * @param asked     jobs for which the cache was asked
 * @param saved     CPU time that the cached results once took
 * @param offloaded CPU time of compilers on other nodes
 */
public record JobTotals(long jobs, long remote, long cached, long local, long asked, Duration saved, Duration offloaded,
        long bytesSent, long bytesReceived) {
    public static final JobTotals NONE = new JobTotals(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0);

    /** The sums with one more job. */
    public JobTotals plus(JobRecord job) {
        boolean isRemote = job.decision() == JobRecord.Decision.REMOTE;
        boolean isCached = job.decision() == JobRecord.Decision.CACHED;
        return new JobTotals(jobs + 1, remote + (isRemote ? 1 : 0), cached + (isCached ? 1 : 0),
                local + (isRemote || isCached ? 0 : 1), asked + (job.cache().isEmpty() ? 0 : 1),
                isCached ? saved.plus(job.saved()) : saved, isRemote ? offloaded.plus(job.compiler()) : offloaded,
                bytesSent + job.bytesSent(), bytesReceived + job.bytesReceived());
    }

    /** The sums of two nodes. */
    public JobTotals plus(JobTotals other) {
        return new JobTotals(jobs + other.jobs, remote + other.remote, cached + other.cached, local + other.local,
                asked + other.asked, saved.plus(other.saved), offloaded.plus(other.offloaded),
                bytesSent + other.bytesSent, bytesReceived + other.bytesReceived);
    }
}
