package dev.floe.node.watch;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.floe.node.joblog.JobRecord;

/**
 * The jobs that have ended in the mesh, each once, and the reasons of those that were local. Bounded; not thread-safe.
 */
final class RecentJobs {
    static final int MAX_JOBS = 10_000;
    private static final long MAX_CHARACTERS = 64L << 20;
    private static final int MAX_REASONS = 1_000;
    private static final String OTHER = "other reasons";

    private final Deque<RecentJob> entries = new ArrayDeque<>();
    private final Set<RecentJobKey> keys = new HashSet<>();
    private final Map<String, Integer> reasons = new HashMap<>();
    private long characters;

    private record RecentJobKey(String id, Instant started) {}

    private record RecentJob(JobRecord job, RecentJobKey key, long characters, long endedNanos) {}

    /** @return whether the job was not known */
    boolean add(JobRecord job, long endedNanos) {
        RecentJobKey key = new RecentJobKey(job.id(), job.started());
        if (!keys.add(key)) {
            return false;
        }
        RecentJob entry = new RecentJob(job, key, size(job), endedNanos);
        entries.addLast(entry);
        characters += entry.characters();
        count(job, 1);
        while (entries.size() > MAX_JOBS || characters > MAX_CHARACTERS && entries.size() > 1) {
            RecentJob oldest = entries.removeFirst();
            keys.remove(oldest.key());
            characters -= oldest.characters();
            count(oldest.job(), -1);
        }
        return true;
    }

    private static long size(JobRecord job) {
        return 500L + job.source().length() + job.output().length() + job.directory().length() + job.reason().length()
                + job.argv().stream().mapToLong(String::length).sum()
                + job.proof().missed().stream().mapToLong(String::length).sum();
    }

    private void count(JobRecord job, int change) {
        if (job.decision() == JobRecord.Decision.LOCAL) {
            String reason = reasons.containsKey(job.reason()) || reasons.size() < MAX_REASONS ? job.reason() : OTHER;
            reasons.merge(reason, change, (a, b) -> a + b <= 0 ? null : a + b);
        }
    }

    /** Oldest first. */
    List<JobRecord> all() {
        return entries.stream().map(RecentJob::job).toList();
    }

    /** Newest first. */
    List<JobRecord> newest(int count) {
        List<JobRecord> jobs = new ArrayList<>();
        Iterator<RecentJob> newest = entries.descendingIterator();
        while (newest.hasNext() && jobs.size() < count) {
            jobs.add(newest.next().job());
        }
        return jobs;
    }

    /** How many have ended since. */
    int since(long nanos) {
        int count = 0;
        Iterator<RecentJob> newest = entries.descendingIterator();
        while (newest.hasNext() && newest.next().endedNanos() - nanos >= 0) {
            count++;
        }
        return count;
    }

    /** Most frequent first. */
    List<MeshSnapshot.Reason> reasons(int count) {
        return reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .map(entry -> new MeshSnapshot.Reason(entry.getKey(), entry.getValue(), LocalAdvice.of(entry.getKey())))
                .toList();
    }
}
