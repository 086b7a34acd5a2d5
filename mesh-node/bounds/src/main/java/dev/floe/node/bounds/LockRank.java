package dev.floe.node.bounds;

/**
 * The order in which one thread takes locks of several parts: a lock only while it holds none of the same rank or a
 * later one. Locks that are not here are taken alone, or are the last that a thread takes.
 */
public enum LockRank {
    /** What this node has for others is looked at and published. */
    NODE_RECORD,
    /** The submitter's view of the mesh; asks for this node's room with it held. */
    SUBMITTER_SCHEDULER,
    /** A state of this node is taken and numbered; asks what the executor does with it held. */
    NODE_STATE,
    /** Places of jobs on this executor; asks for the slots with it held. */
    ADMISSION,
    /** The slots of this node. Whoever listens to their changes is called without it. */
    SLOT_POOL,
    /** What this node says to its mesh. Whoever knows the state is asked without it. */
    MESH_STATE
}
