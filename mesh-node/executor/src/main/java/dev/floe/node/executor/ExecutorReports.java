package dev.floe.node.executor;

import java.util.Optional;

import dev.floe.node.rpc.messages.JobMessage.WireState;

/**
 * Where the executor reads and reports how its node is. An interface, because the state of a node is numbered by its
 * mesh, which the executor does not know.
 */
public interface ExecutorReports {
    /** Draws the next number of this node's states, and gives the state as of now with that number. */
    WireState drawState();

    /** Looks at this node's disk; what is wrong with it, in words for every node of the mesh. */
    Optional<String> diskTrouble();

    /** A job could not be done for a reason of this node itself, such as a full disk. */
    void jobFailed();
}
