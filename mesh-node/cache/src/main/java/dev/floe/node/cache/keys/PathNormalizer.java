package dev.floe.node.cache.keys;

import java.util.Optional;

import dev.floe.command.manifest.PortableManifest;
import dev.floe.node.rpc.messages.JobMessage.Offer;

/**
 * Names paths apart from where a project lies: below its working directory, below its root, or absolutely. Without a
 * root all names are absolute.
 *
 * @param directory the working directory
 * @param root      holds the directory or is it; empty if places matter
 * @param mapped    whether the command spells its root, so that only that may be named apart
 */
public record PathNormalizer(String directory, String root,
        boolean prefixMapped) implements PortableManifest.PathMapping {
    private static final String IN_DIRECTORY = "@d/";
    private static final String IN_ROOT = "@r/";

    /** The anchors that an offer proposes. */
    public static PathNormalizer of(Offer offer) {
        return new PathNormalizer(offer.directory(), offer.root(), offer.rootMapped());
    }

    /** The anchors of the same command where places matter. */
    public PathNormalizer exact() {
        return new PathNormalizer(directory, "", false);
    }

    public boolean portable() {
        return !root.isEmpty();
    }

    /** How a path is called wherever the project lies; an absolute path has one such name, and no two have the same. */
    @Override
    public String toPortable(String path) {
        if (portable()) {
            if (!prefixMapped && isBelow(path, directory)) {
                return IN_DIRECTORY + path.substring(Math.min(path.length(), directory.length() + 1));
            }
            if (isBelow(path, root)) {
                return IN_ROOT + path.substring(Math.min(path.length(), root.length() + 1));
            }
        }
        return path;
    }

    /** The inverse of {@link #toPortable}; empty if it is no name of these anchors. */
    @Override
    public Optional<String> toAbsolute(String name) {
        if (name.startsWith("/")) {
            return Optional.of(name);
        }
        if (portable() && !prefixMapped && name.startsWith(IN_DIRECTORY)) {
            return Optional.of(join(directory, name.substring(IN_DIRECTORY.length())));
        }
        return portable() && name.startsWith(IN_ROOT)
                ? Optional.of(join(root, name.substring(IN_ROOT.length())))
                : Optional.empty();
    }

    /** A word of a command, with its root taken out wherever it is spelled. */
    String stripRoot(String word) {
        return prefixMapped ? word.replace(root, "\0r") : word;
    }

    /** Whether a directory stands only on the way to the project. */
    @Override
    public boolean isAbove(String path) {
        return portable() && root.length() > path.length() && root.startsWith(path)
                && (path.equals("/") || root.charAt(path.length()) == '/');
    }

    /**
     * Whether a path begins like the root and continues differently. Compilers that map prefixes away take it for one
     * below the root.
     */
    public boolean sharesPrefixOnly(String path) {
        return portable() && path.startsWith(root) && !isBelow(path, root);
    }

    /** How the root is reached from the working directory, or the other way if that matters. */
    String relativePosition() {
        String below = directory.length() > root.length() ? directory.substring(root.length() + 1) : "";
        return prefixMapped
                ? below
                : "/".repeat((int) below.chars().filter(c -> c == '/').count() + (below.isEmpty() ? 0 : 1));
    }

    private static String join(String directory, String below) {
        return below.isEmpty() ? directory : directory.equals("/") ? "/" + below : directory + "/" + below;
    }

    private static boolean isBelow(String path, String directory) {
        return path.startsWith(directory)
                && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
    }
}
