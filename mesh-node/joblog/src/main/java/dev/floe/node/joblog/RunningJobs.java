package dev.floe.node.joblog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The jobs of this node's submitter that have not ended. Thread-safe; a job is asked for its state only when somebody
 * looks.
 */
public final class RunningJobs {
    private final Set<Supplier<Optional<RunningJob>>> jobs = ConcurrentHashMap.newKeySet();

    /** Ends the registration of a job. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** @param job its state at any moment, from any thread; empty while there is nothing to show */
    public Registration register(Supplier<Optional<RunningJob>> job) {
        jobs.add(job);
        return () -> jobs.remove(job);
    }

    /** How many there are. */
    public int count() {
        return jobs.size();
    }

    /** Oldest first. */
    public List<RunningJob> list() {
        return jobs.stream().flatMap(job -> job.get().stream()).sorted(Comparator.comparing(RunningJob::started))
                .toList();
    }
}
