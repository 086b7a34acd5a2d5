package dev.floe.node.executor.sandbox;

import java.nio.file.Path;

/**
 * The sandbox of this machine. Whether it works is found out by the start, which runs a program in it; before, there is
 * none.
 */
public final class LocalSandbox {
    private final Path runner;
    private volatile Sandbox.Availability availability = new Sandbox.Availability.Unavailable(
            "this node has not started");

    /** @param runner floe-cc, in the file system in which the trees are made; the observer libraries lie beside it */
    public LocalSandbox(Path runner) {
        this.runner = runner;
    }

    /** A sandbox that has been tested before. */
    public static LocalSandbox of(Sandbox.Availability known) {
        LocalSandbox sandbox = new LocalSandbox(Path.of("/"));
        sandbox.availability = known;
        return sandbox;
    }

    /** Tries the sandbox out. */
    public void start() {
        availability = Sandbox.probe(runner);
    }

    /** The sandbox, or why there is none. */
    public Sandbox.Availability availability() {
        return availability;
    }
}
