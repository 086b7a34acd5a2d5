package dev.floe.node.executor;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;

/**
 * Whether this node executes: its sandbox, its configuration, its disk, its user and its end each have a say. All of it
 * may change while the node runs.
 */
public final class ExecutorMode {
    private final LocalSandbox sandbox;
    private volatile Optional<String> disabled;
    private volatile @Nullable String trouble; // null while nothing is wrong with the disk
    private volatile boolean draining; // once set, new offers are refused
    private volatile boolean paused; // while set, new offers of others are refused

    /** @param disabled why this node is not to execute for others; empty if it is */
    public ExecutorMode(LocalSandbox sandbox, Optional<String> disabled) {
        this.sandbox = sandbox;
        this.disabled = disabled;
    }

    /** @param why this node is not to execute for others from now on; empty if it is */
    public void setDisabled(Optional<String> why) {
        disabled = why;
    }

    /** The sandbox for jobs of others, or why this node does not execute. */
    public Sandbox.Availability sandbox() {
        String wrong = trouble;
        if (wrong != null) {
            return new Sandbox.Availability.Unavailable(wrong);
        }
        return disabled.<Sandbox.Availability>map(Sandbox.Availability.Unavailable::new)
                .orElseGet(sandbox::availability);
    }

    /** The sandbox for this node's own jobs, which it may run though it does not execute for others. */
    public Sandbox.Availability ownSandbox() {
        return sandbox.availability();
    }

    /** @param why in words for every node of the mesh; empty if nothing is wrong */
    public void setTrouble(Optional<String> why) {
        trouble = why.orElse(null);
    }

    /** Whether this node is about to leave. */
    public boolean isDraining() {
        return draining;
    }

    public void startDraining() {
        draining = true;
    }

    /** Whether the user of this node has paused it: it refuses new jobs of others. */
    public boolean isPaused() {
        return paused;
    }

    public void setPaused(boolean value) {
        paused = value;
    }
}
