package dev.floe.node.watch;

import java.time.Duration;
import java.util.List;

import dev.floe.node.joblog.JobRecord;

/** The mesh as it is watched through this node. */
public interface MeshFeed {
    /** Shortest and longest time between two snapshots. */
    Duration MIN_INTERVAL = Duration.ofMillis(250);
    Duration MAX_INTERVAL = Duration.ofSeconds(10);

    /** Takes what happens, on one thread a subscription. It may block; events that it then misses are lost for it. */
    interface Listener {
        void snapshot(MeshSnapshot snapshot);

        /** Jobs that have ended anywhere in the mesh, at most some 100 ms ago. */
        void ended(List<JobRecord> jobs);

        /** Events were lost because the listener was too slow: what it knows of jobs is not complete. */
        void restart();

        /**
         * The last call: the subscription has ended, because it was closed, a call of the listener failed, or the node
         * stops.
         */
        void closed();
    }

    /** Ends with {@link #close}; then the listener gets no more events, except for one that is under way. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls the listener with a snapshot at once, with another after each interval, and with jobs as they end.
     *
     * @param interval is brought within {@link #MIN_INTERVAL} and {@link #MAX_INTERVAL}
     */
    Subscription subscribe(Duration interval, Listener listener);

    /** The mesh now. If nobody watches, it waits for the peers' first answers, at most a second. */
    MeshSnapshot snapshot();

    /**
     * The jobs that have ended anywhere in the mesh, as far as this node has learned of them: at most 10,000, oldest
     * first.
     */
    List<JobRecord> recent();
}
