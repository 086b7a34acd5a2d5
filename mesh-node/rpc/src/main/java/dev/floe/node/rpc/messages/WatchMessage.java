package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/**
 * The messages of {@code /watch}. The watcher sends a {@link Subscribe}; the other node answers with its last jobs, and
 * continues with {@link EndedJobs} and {@link Sample} messages until one of the two closes. Fields are numbered in the
 * order in which they stand.
 */
public sealed interface WatchMessage {
    /** Most jobs in one message. */
    int MAX_JOBS = 500;

    /** @param recent how many jobs that have ended before are wanted */
    @Proto
    @ProtoName("WatchSubscribe")
    record Subscribe(int recent) implements WatchMessage {}

    /**
     * Jobs that have ended, as their JSON records, oldest first. {@code live} is false for those that had ended before.
     */
    @Proto
    @ProtoName("WatchEnded")
    record EndedJobs(List<String> records, boolean live) implements WatchMessage {
        public EndedJobs {
            records = records == null ? List.of() : List.copyOf(records);
        }
    }

    /**
     * What the node does, and its sums since its start.
     *
     * @param load       of the machine, the average of a minute; negative if it is not known
     * @param lost       jobs of which this watcher was not told because it was too slow
     * @param running    at most {@link #MAX_JOBS}, oldest first
     */
    @Proto
    @ProtoName("WatchSample")
    record Sample(int slots, int busy, int queued, double load, long freeMemoryBytes, long jobs, long remote,
            long cached,
            long local, long asked, long savedMillis, long offloadedMillis, long bytesSent, long bytesReceived,
            long done, long failed, long refused, long cancelled, long compilerMillis, long lost,
            List<Running> running) implements WatchMessage {
        public Sample {
            running = running == null ? List.of() : List.copyOf(running);
        }
    }

    /** A job that has not ended; its fields are those of the record of the same name. Times are milliseconds. */
    @Proto
    @ProtoName("WatchRunning")
    record Running(String id, String build, String source, String directory, String executor, String step,
            long startedMillis, long elapsedMillis, long predictedMillis) {
        public Running {
            id = Objects.requireNonNullElse(id, "");
            build = Objects.requireNonNullElse(build, "");
            source = Objects.requireNonNullElse(source, "");
            directory = Objects.requireNonNullElse(directory, "");
            executor = Objects.requireNonNullElse(executor, "");
            step = Objects.requireNonNullElse(step, "");
        }
    }
}
