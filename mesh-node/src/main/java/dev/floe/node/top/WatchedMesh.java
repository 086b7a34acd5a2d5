package dev.floe.node.top;

import java.util.List;

/**
 * The mesh as a node's snapshot describes it. All texts come from peers; they are bounded and without control
 * characters.
 *
 * @param seconds since 1970, by the node's clock; zero if unknown
 * @param lost events that the node has lost since the watching began
 */
record WatchedMesh(long seconds, String self, String mesh, MeshTotals totals, List<Member> nodes,
        List<RunningRow> running,
        List<EndedRow> recent, List<LocalReason> reasons, long lost) {
    WatchedMesh {
        nodes = List.copyOf(nodes);
        running = List.copyOf(running);
        recent = List.copyOf(recent);
        reasons = List.copyOf(reasons);
    }

    /** Sums over all nodes. */
    record MeshTotals(int nodes, int slots, int busy, int free, int queued, int offline, double jobsPerSecond,
            double hitPercent, double savedSeconds, Outcomes jobs) {}

    /** How many jobs ended, and where they ran. */
    record Outcomes(long all, long remote, long cached, long local) {}

    /** A node. */
    record Member(String name, boolean self, String address, MemberMachine machine, SlotCounts slots,
            Condition condition,
            Outcomes submitted, Executed executed) {}

    /** What a node runs on. */
    record MemberMachine(String architecture, int cores, long memoryBytes, long freeMemoryBytes, double load,
            double speed,
            String version) {}

    /** A node's slots, and the jobs that wait for one. */
    record SlotCounts(int all, int busy, int queued) {}

    /**
     * Whether a node executes.
     *
     * @param why     it does not execute; empty if it does
     * @param trouble what its operator should look at; empty if nothing
     * @param watched whether the node sends samples; otherwise its counts are unknown
     */
    record Condition(boolean executes, String why, String trouble, boolean paused, boolean draining, boolean watched) {}

    /** What a node did for others. */
    record Executed(long done, long failed, long refused, long cancelled, long cpuMillis, long bytesSent,
            long bytesReceived) {}

    /**
     * A job that has not ended.
     *
     * @param executor empty until a node has accepted the job
     * @param predictedMillis zero if unknown
     */
    record RunningRow(String id, String build, String file, String submitter, String executor, String step,
            long elapsedMillis, long predictedMillis) {
        boolean isLocal() {
            return step.startsWith("local");
        }
    }

    /**
     * A job that has ended.
     *
     * @param decision remote, local or cached
     * @param note     why it ran there and what came of the executors before
     */
    record EndedRow(String id, String build, String file, String submitter, String executor, String decision, int exit,
            long totalMillis, String note) {}

    /** Why jobs ran locally, how many did, and what to do. */
    record LocalReason(String reason, long count, String advice) {}
}
