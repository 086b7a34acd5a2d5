package dev.floe.node.cache;

/** What a node does with the mesh's cache. */
public enum CacheUse {
    /** Looks results up. */
    READ,
    /** Keeps results, its own and the second copies of others'. */
    WRITE
}
