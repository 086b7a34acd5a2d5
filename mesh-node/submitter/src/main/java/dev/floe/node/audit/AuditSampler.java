package dev.floe.node.audit;

import java.nio.charset.StandardCharsets;

import dev.floe.store.Digest;

/**
 * Samples the jobs to audit: a share that depends only on the job's id and a seed. Who does not know the seed cannot
 * tell which.
 *
 * @param percent 0 to 100
 */
record AuditSampler(long seed, double percent) {
    private static final double RANGE = 0x1p53;

    AuditSampler {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("a share is 0 to 100 percent, not " + percent);
        }
    }

    boolean isSampled(String job) {
        long random = Digest.ofBytes((seed + " " + job).getBytes(StandardCharsets.UTF_8)).a();
        return (random >>> 11) / RANGE * 100 < percent;
    }
}
