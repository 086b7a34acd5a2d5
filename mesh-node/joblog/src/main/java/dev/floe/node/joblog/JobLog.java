package dev.floe.node.joblog;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;

/** The records of the last {@link #KEPT} jobs, in memory; if asked for also as JSON lines in a file. */
public final class JobLog implements AutoCloseable {
    static final int KEPT = 10_000;

    private static final Logger LOG = LogManager.getLogger(JobLog.class);

    private final Deque<JobRecord> records = new ArrayDeque<>(); // guarded by itself
    private final List<Consumer<JobRecord>> followers = new CopyOnWriteArrayList<>();
    private final Optional<Path> path;
    private @Nullable Writer file; // guarded by records; set by start
    private JobTotals totals = JobTotals.NONE; // guarded by records
    private final RunningJobs running = new RunningJobs();

    public JobLog(Optional<Path> file) {
        this.path = file;
    }

    /**
     * Opens the file, if there is one.
     *
     * @throws IOException if the file cannot be appended to; the message names it
     */
    public void start() throws IOException {
        if (path.isPresent()) {
            try {
                Writer opened = Files.newBufferedWriter(path.get(), StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                synchronized (records) {
                    file = opened;
                }
            } catch (IOException e) {
                throw new IOException("cannot write the job log " + path.get() + ": " + FailureText.of(e), e);
            }
        }
    }

    /** How many jobs have ended since the start. */
    public long count() {
        return totals().jobs();
    }

    /** Sums over all jobs that have ended since the start. */
    public JobTotals totals() {
        synchronized (records) {
            return totals;
        }
    }

    /** The jobs that have not ended. */
    public RunningJobs running() {
        return running;
    }

    public void add(JobRecord job) {
        Iterator<Consumer<JobRecord>> following;
        synchronized (records) {
            totals = totals.plus(job);
            records.addLast(job);
            if (records.size() > KEPT) {
                records.removeFirst();
            }
            write(job);
            following = followers.iterator(); // as they are now, see followAll
        }
        following.forEachRemaining(follower -> follower.accept(job));
    }

    private void write(JobRecord job) {
        Writer to = file;
        if (to != null) {
            try {
                to.write(job.toJson() + "\n");
                to.flush();
            } catch (IOException e) {
                LOG.warn("cannot write the job log; it gets no further records: {}", FailureText.of(e));
                file = null;
            }
        }
    }

    /** Oldest first. */
    public List<JobRecord> all() {
        synchronized (records) {
            return List.copyOf(records);
        }
    }

    /** Calls {@code follower} for each job that ends from now on, on the thread of that job; close to stop. */
    public Following follow(Consumer<JobRecord> follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /**
     * Calls {@code follower} once for each job that is kept, on this thread, and once for each that ends from now on.
     */
    public Following followAll(Consumer<JobRecord> follower) {
        List<JobRecord> kept;
        synchronized (records) {
            kept = List.copyOf(records);
            followers.add(follower);
        }
        kept.forEach(follower);
        return () -> followers.remove(follower);
    }

    /** A follower's subscription. */
    @FunctionalInterface
    public interface Following extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public void close() throws IOException {
        synchronized (records) {
            if (file != null) {
                file.close();
                file = null;
            }
        }
    }
}
