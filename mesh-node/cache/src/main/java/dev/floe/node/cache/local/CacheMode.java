package dev.floe.node.cache.local;

import java.util.Optional;
import java.util.Set;

/** A use of the mesh's cache by a node. */
public enum CacheMode {
    /** Looks results up. */
    READ,
    /** Keeps results, its own and the second copies of others'. */
    WRITE;

    /**
     * The uses that a word of the configuration stands for: {@code read}, {@code write}, {@code both} or {@code off}.
     */
    public static Optional<Set<CacheMode>> named(String word) {
        return switch (word) {
            case "read" -> Optional.of(Set.of(READ));
            case "write" -> Optional.of(Set.of(WRITE));
            case "both" -> Optional.of(Set.of(READ, WRITE));
            case "off" -> Optional.of(Set.of());
            default -> Optional.empty();
        };
    }
}
