package dev.floe.node.top.feed;

import java.util.List;

/**
 * The mesh as a node's snapshot describes it. All texts come from peers; they are bounded and without control
 * characters.
 *
 * @param lost events that the node has lost since the watching began
 */
public record WatchedMesh(Viewpoint viewpoint, MeshTotals totals, List<MeshMember> nodes, JobRows jobs, long lost) {
    public WatchedMesh {
        nodes = List.copyOf(nodes);
    }

    /**
     * When and by which node the mesh was seen.
     *
     * @param seconds since 1970, by the node's clock; zero if unknown
     */
    record Viewpoint(long seconds, String self, String mesh) {}

    /** Jobs that run, jobs that ended lately, and why jobs ran locally. */
    record JobRows(List<RunningRow> running, List<EndedRow> recent, List<LocalReasonCount> reasons) {
        JobRows {
            running = List.copyOf(running);
            recent = List.copyOf(recent);
            reasons = List.copyOf(reasons);
        }
    }

    long seconds() {
        return viewpoint.seconds();
    }

    public String self() {
        return viewpoint.self();
    }

    public String mesh() {
        return viewpoint.mesh();
    }

    public List<RunningRow> running() {
        return jobs.running();
    }

    public List<EndedRow> recent() {
        return jobs.recent();
    }

    public List<LocalReasonCount> reasons() {
        return jobs.reasons();
    }

    /** Sums over all nodes. */
    public record MeshTotals(int nodes, SlotTotals allSlots, double jobsPerSecond, double hitPercent,
            double savedSeconds,
            Outcomes jobs) {
        public int slots() {
            return allSlots.slots();
        }

        public int busy() {
            return allSlots.busy();
        }

        public int free() {
            return allSlots.free();
        }

        public int queued() {
            return allSlots.queued();
        }

        public int offline() {
            return allSlots.offline();
        }
    }

    /** The slots of all nodes; those of nodes that do not execute are offline. */
    record SlotTotals(int slots, int busy, int free, int queued, int offline) {}

    /** How many jobs ended, and where they ran. */
    public record Outcomes(long all, long remote, long cached, long local) {}

    /** A node. */
    public record MeshMember(MemberIdentity identity, MemberMachine machine, SlotCounts slots, Condition condition,
            Outcomes submitted, ExecutedTotals executed) {
        public String name() {
            return identity.name();
        }

        public boolean self() {
            return identity.self();
        }

        public String address() {
            return identity.address();
        }
    }

    /** A node's name and address, and whether it is the one that was asked. */
    public record MemberIdentity(String name, boolean self, String address) {}

    /** What a node runs on. */
    public record MemberMachine(String architecture, int cores, MemberMemory memory, double load, double speed,
            String version) {
        long memoryBytes() {
            return memory.bytes();
        }

        public long freeMemoryBytes() {
            return memory.freeBytes();
        }
    }

    /** The memory of a machine. */
    record MemberMemory(long bytes, long freeBytes) {}

    /** A node's slots, and the jobs that wait for one. */
    public record SlotCounts(int all, int busy, int queued) {}

    /**
     * Whether a node executes.
     *
     * @param why     it does not execute; empty if it does
     * @param trouble what its operator should look at; empty if nothing
     * @param watched whether the node sends samples; otherwise its counts are unknown
     */
    public record Condition(boolean executes, String why, String trouble, boolean paused, boolean draining,
            boolean watched) {}

    /** What a node did for others. */
    public record ExecutedTotals(long done, long failed, long refused, long cancelled, long cpuMillis,
            Traffic traffic) {
        public long bytesSent() {
            return traffic.bytesSent();
        }

        public long bytesReceived() {
            return traffic.bytesReceived();
        }
    }

    /** What a node sent to others and received from them. */
    record Traffic(long bytesSent, long bytesReceived) {}

    /** What tells a job from others. */
    record JobIdentity(String id, String build, String file, String submitter) {}

    /**
     * A job that has not ended.
     *
     * @param executor empty until a node has accepted the job
     * @param predictedMillis zero if unknown
     */
    public record RunningRow(JobIdentity job, String executor, String step, long elapsedMillis, long predictedMillis) {
        public String id() {
            return job.id();
        }

        public String build() {
            return job.build();
        }

        public String file() {
            return job.file();
        }

        public String submitter() {
            return job.submitter();
        }

        public boolean isLocal() {
            return step.startsWith("local");
        }
    }

    /**
     * A job that has ended.
     *
     * @param decision remote, local or cached
     * @param note     why it ran there and what came of the executors before
     */
    public record EndedRow(JobIdentity job, String executor, String decision, int exit, long totalMillis, String note) {
        public String id() {
            return job.id();
        }

        public String build() {
            return job.build();
        }

        public String file() {
            return job.file();
        }

        public String submitter() {
            return job.submitter();
        }
    }

    /** Why jobs ran locally, how many did, and what to do. */
    public record LocalReasonCount(String reason, long count, String advice) {}
}
