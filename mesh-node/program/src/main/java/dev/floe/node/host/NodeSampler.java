package dev.floe.node.host;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

import dev.floe.node.executor.Executor;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.watch.NodeSample;

/** The sample of its own work that this node sends to those who watch it. */
public final class NodeSampler implements Supplier<NodeSample> {
    private final JobLog log;
    private final Executor executor;
    private final AdmissionController admission;

    public NodeSampler(JobLog log, Executor executor, AdmissionController admission) {
        this.log = log;
        this.executor = executor;
        this.admission = admission;
    }

    @Override
    public NodeSample get() {
        SlotPool.SlotUsage use = admission.use();
        ExecutorStats.ExecutorCounts counts = executor.tally().counts();
        return new NodeSample(use.slots(), use.running(), use.waiting(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), Hardware.freeMemoryBytes(),
                log.totals(),
                new NodeSample.Executed(counts.done(), counts.failed(), counts.refused(), counts.cancelled(),
                        executor.tally().compiler()),
                0, log.running().list());
    }
}
