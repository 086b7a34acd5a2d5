package dev.floe.node.top;

import java.util.List;

/**
 * The mesh as a node's snapshot describes it. All texts come from peers; they are bounded and without control
 * characters.
 *
 * @param lost events that the node has lost since the watching began
 */
record WatchedMesh(Viewpoint viewpoint, MeshTotals totals, List<MeshMember> nodes, JobRows jobs, long lost) {
    WatchedMesh {
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

    String self() {
        return viewpoint.self();
    }

    String mesh() {
        return viewpoint.mesh();
    }

    List<RunningRow> running() {
        return jobs.running();
    }

    List<EndedRow> recent() {
        return jobs.recent();
    }

    List<LocalReasonCount> reasons() {
        return jobs.reasons();
    }

    /** Sums over all nodes. */
    record MeshTotals(int nodes, SlotTotals allSlots, double jobsPerSecond, double hitPercent, double savedSeconds,
            Outcomes jobs) {
        int slots() {
            return allSlots.slots();
        }

        int busy() {
            return allSlots.busy();
        }

        int free() {
            return allSlots.free();
        }

        int queued() {
            return allSlots.queued();
        }

        int offline() {
            return allSlots.offline();
        }
    }

    /** The slots of all nodes; those of nodes that do not execute are offline. */
    record SlotTotals(int slots, int busy, int free, int queued, int offline) {}

    /** How many jobs ended, and where they ran. */
    record Outcomes(long all, long remote, long cached, long local) {}

    /** A node. */
    record MeshMember(MemberIdentity identity, MemberMachine machine, SlotCounts slots, Condition condition,
            Outcomes submitted, ExecutedTotals executed) {
        String name() {
            return identity.name();
        }

        boolean self() {
            return identity.self();
        }

        String address() {
            return identity.address();
        }
    }

    /** A node's name and address, and whether it is the one that was asked. */
    record MemberIdentity(String name, boolean self, String address) {}

    /** What a node runs on. */
    record MemberMachine(String architecture, int cores, MemberMemory memory, double load, double speed,
            String version) {
        long memoryBytes() {
            return memory.bytes();
        }

        long freeMemoryBytes() {
            return memory.freeBytes();
        }
    }

    /** The memory of a machine. */
    record MemberMemory(long bytes, long freeBytes) {}

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
    record ExecutedTotals(long done, long failed, long refused, long cancelled, long cpuMillis, Traffic traffic) {
        long bytesSent() {
            return traffic.bytesSent();
        }

        long bytesReceived() {
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
    record RunningRow(JobIdentity job, String executor, String step, long elapsedMillis, long predictedMillis) {
        String id() {
            return job.id();
        }

        String build() {
            return job.build();
        }

        String file() {
            return job.file();
        }

        String submitter() {
            return job.submitter();
        }

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
    record EndedRow(JobIdentity job, String executor, String decision, int exit, long totalMillis, String note) {
        String id() {
            return job.id();
        }

        String build() {
            return job.build();
        }

        String file() {
            return job.file();
        }

        String submitter() {
            return job.submitter();
        }
    }

    /** Why jobs ran locally, how many did, and what to do. */
    record LocalReasonCount(String reason, long count, String advice) {}
}
