package dev.floe.command.inputs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A set of file names, kept as their 64-bit hashes. Two names are taken for one in one of 10<sup>19</sup> cases.
 */
public final class HashedNameSet {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private static final int MAX_SPELLED = 128;
    private static final int MAX_NAME_CHARACTERS = 255;

    private final long[] sorted;
    private final List<String> spelled;

    private HashedNameSet(long[] sorted, List<String> spelled) {
        this.sorted = sorted;
        this.spelled = spelled;
    }

    public static HashedNameSet of(Collection<String> names) {
        return new HashedNameSet(sorted(names.stream().mapToLong(HashedNameSet::hash).toArray()), List.of());
    }

    /** The same; the names themselves are kept too if they are few and can be looked up as they are spelled. */
    public static HashedNameSet spelled(Collection<String> names) {
        HashedNameSet set = of(names);
        return names.size() <= MAX_SPELLED && names.stream().allMatch(HashedNameSet::isPlain)
                ? new HashedNameSet(set.sorted, List.copyOf(names))
                : set;
    }

    /** Whether each system takes it for the same name, and none refuses it for its length. */
    private static boolean isPlain(String name) {
        return name.length() <= MAX_NAME_CHARACTERS && name.chars().allMatch(c -> c > 0 && c < 128 && c != '/');
    }

    /** The set of names with these hashes. */
    public static HashedNameSet ofHashes(Collection<Long> hashes) {
        return ofHashes(hashes.stream().mapToLong(Long::longValue).toArray());
    }

    /** The same; the array is not used afterwards. */
    public static HashedNameSet ofHashes(long[] hashes) {
        return new HashedNameSet(sorted(hashes), List.of());
    }

    /** Each once. Sorts the array in place. */
    private static long[] sorted(long[] hashes) {
        Arrays.sort(hashes);
        int count = 0;
        for (int i = 0; i < hashes.length; i++) {
            if (i == 0 || hashes[i] != hashes[i - 1]) {
                hashes[count++] = hashes[i];
            }
        }
        return Arrays.copyOf(hashes, count);
    }

    public boolean contains(String name) {
        return Arrays.binarySearch(sorted, hash(name)) >= 0;
    }

    /** The names themselves, if they were kept; otherwise none. */
    public List<String> spelled() {
        return spelled;
    }

    public int size() {
        return sorted.length;
    }

    /** The hashes, sorted; a new array each time. */
    public long[] hashes() {
        return sorted.clone();
    }

    /** Whether the names are the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HashedNameSet set && Arrays.equals(sorted, set.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    /** One number for those names that both sets have; equal for equal intersections. */
    public long common(HashedNameSet other) {
        long sum = 0;
        HashedNameSet small = sorted.length < other.sorted.length ? this : other;
        HashedNameSet large = small == this ? other : this;
        for (long hash : small.sorted) {
            if (Arrays.binarySearch(large.sorted, hash) >= 0) {
                sum += hash;
            }
        }
        return sum;
    }

    /** Those of some names, given by their {@link #hash}, that are in the set. */
    public List<String> those(Map<Long, String> names) {
        List<String> found = new ArrayList<>();
        for (long hash : sorted) {
            String name = names.get(hash);
            if (name != null) {
                found.add(name);
            }
        }
        return found;
    }

    /** FNV-1a with the finalizer of MurmurHash3, over UTF-16. */
    public static long hash(String name) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
