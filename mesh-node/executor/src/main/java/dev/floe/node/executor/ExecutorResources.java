package dev.floe.node.executor;

import java.util.function.LongSupplier;

import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.store.content.ContentStore;

/**
 * What jobs take from this node.
 *
 * @param freeMemory of this machine, in bytes, as of now
 */
public record ExecutorResources(ContentStore store, ToolchainProvider toolchains, SlotPool slots,
        AdmissionController admission, JobLimits limits, LongSupplier freeMemory) {}
