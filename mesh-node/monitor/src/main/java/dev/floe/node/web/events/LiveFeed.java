package dev.floe.node.web.events;

import java.io.IOException;
import java.time.Duration;

/** The live feed of the mesh as JSON: the fields are those of {@code floe top --json} and {@code floe jobs --json}. */
public interface LiveFeed {
    /**
     * Calls {@code listener} from now on: with a snapshot at once and every {@code interval}, and soon after jobs have
     * ended.
     */
    LiveSubscription subscribe(Duration interval, LiveFeedListener listener);

    /** The state of the mesh now. */
    String snapshot();

    /** Adds each job that has ended in the mesh lately, oldest first, as a job record; at most 10,000. */
    void recent(WebReports.Lines jobs) throws IOException;

    /** Ends with {@link #close}. */
    interface LiveSubscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Called on one thread; must not block for long. */
    interface LiveFeedListener {
        void snapshot(String json);

        /** @param json an array of job records */
        void ended(String json);

        /** Events are lost. */
        void restart();

        /** There will be no more events. */
        void closed();
    }
}
