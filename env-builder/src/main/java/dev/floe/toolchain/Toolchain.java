package dev.floe.toolchain;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A compiler with all that it needs to run.
 *
 * <p>Two things that a compile may read are not in it, but come with each job as inputs: headers (but for clang's own,
 * which are) and the locale that the compiler's messages follow. Character set conversions (gconv modules, for
 * {@code -finput-charset}) are in neither; such a job fails remotely and is then compiled locally.
 *
 * @param version as the compiler gives it, for example {@code 12.2.0}
 * @param host the machines that it runs on
 * @param target the machines that it compiles for, as {@code -dumpmachine} gives them
 * @param entries its tree, sorted by path, each directory before what it holds
 */
public record Toolchain(ToolchainId id, ToolchainFamily family, String version, Platform host, String target,
        List<ToolchainEntry> entries) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.+~:-]{1,100}");

    /** @throws IllegalArgumentException if an entry is not allowed in a toolchain, or the id is not that of the rest */
    public Toolchain {
        entries = List.copyOf(entries);
        if (!WORD.matcher(version).matches() || !WORD.matcher(target).matches()) {
            throw new IllegalArgumentException("not the version and target of a compiler: " + version + ", " + target);
        }
        ToolchainTreeValidator.check(entries);
        ToolchainId right = ToolchainId.ofManifest(ToolchainManifest.write(family, version, host, target, entries));
        if (!id.equals(right)) {
            throw new IllegalArgumentException("toolchain id " + id + " should be " + right);
        }
    }

    /** The toolchain of these parts, with entries in any order; its id follows from them. */
    public static Toolchain of(ToolchainFamily family, String version, Platform host, String target,
            List<ToolchainEntry> entries) {
        List<ToolchainEntry> sorted = entries.stream().sorted(Comparator.comparing(ToolchainEntry::path)).toList();
        return new Toolchain(ToolchainId.ofManifest(ToolchainManifest.write(family, version, host, target, sorted)),
                family,
                version, host, target, sorted);
    }

    /**
     * The inverse of {@link #manifest()}.
     *
     * @throws IllegalArgumentException if the text is not a manifest, or one of a tree that is not allowed
     */
    public static Toolchain parse(String manifest) {
        return ToolchainManifest.read(manifest);
    }

    /** The canonical text whose digest is the id. */
    public String manifest() {
        return ToolchainManifest.write(family, version, host, target, entries);
    }

    /** Its files, in the order of the manifest. */
    public List<ToolchainEntry.FileEntry> files() {
        return entries.stream().filter(ToolchainEntry.FileEntry.class::isInstance)
                .map(ToolchainEntry.FileEntry.class::cast).toList();
    }

    /** Sum of the files' sizes, in bytes. */
    public long bytes() {
        return files().stream().mapToLong(file -> file.digest().size()).sum();
    }
}
