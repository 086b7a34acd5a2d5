package dev.floe.placement.ranking;

/**
 * One weighted random order of nodes, the same on every machine: Efraimidis and Spirakis' exponential keys (Weighted
 * random sampling with a reservoir, IPL 2006), with a hash of seed and node id in the place of a random number. The
 * node with the smallest key is first with a probability in proportion to its weight. A node's key depends on nothing
 * but the seed and itself; so when another node leaves or changes, the order of the others stays.
 */
record WeightedSampling(long seed) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    static WeightedSampling of(String... parts) {
        long hash = 0xCBF29CE484222325L;
        for (String part : parts) {
            for (int i = 0; i < part.length(); i++) {
                hash = (hash ^ part.charAt(i)) * 0x100000001B3L;
            }
            hash = (hash ^ 0x1F) * 0x100000001B3L;
        }
        return new WeightedSampling(mix(hash));
    }

    /** Uniform in (0, 1). String.hashCode is specified, hence the same everywhere, and remembered by the string. */
    double uniform(String node) {
        long bits = mix(seed + GOLDEN * node.hashCode()) >>> 11;
        return (bits + 0.5) * 0x1p-53;
    }

    /**
     * The key of a node with this uniform number and weight. StrictMath, because Math.log may differ between machines.
     */
    static double key(double uniform, double weight) {
        return -StrictMath.log(uniform) / weight;
    }

    /** Never more than {@link #key}, and much cheaper: -ln u is at least 1 - u. */
    static double keyAtLeast(double uniform, double weight) {
        return (1 - uniform) / weight;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
