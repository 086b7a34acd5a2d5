package dev.floe.toolchain.archive;

/**
 * The most that is taken from a peer's archive; checked before anything is allocated or written.
 *
 * @param maxEntries files, links and directories
 * @param maxBytes sum of the files' sizes
 * @param maxFileBytes size of one file
 */
public record ArchiveLimits(int maxEntries, long maxBytes, long maxFileBytes) {
    /** Ten times what the largest known compilers need. */
    public static final ArchiveLimits USUAL = new ArchiveLimits(100_000, 4L << 30, 1L << 30);

    /** @throws IllegalArgumentException for a limit below one */
    public ArchiveLimits {
        if (maxEntries < 1 || maxBytes < 1 || maxFileBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: " + maxEntries + ", " + maxBytes + ", "
                    + maxFileBytes);
        }
    }

    /** A manifest has a line an entry; this is ample for its paths. */
    public int maxManifestBytes() {
        return (int) Math.min(32L << 20, 4096 + maxEntries * 2500L);
    }
}
