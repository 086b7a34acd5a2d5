package dev.floe.node.cache.keys;

import java.util.Optional;
import java.util.regex.Pattern;

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
    private static final Pattern NOT_PLAIN = Pattern.compile("/\\.{0,2}(/|\\z)");

    /**
     * The anchors that an offer proposes. It may come from a peer, so a root that could give two different commands one
     * key is none.
     */
    public static PathNormalizer of(Offer offer) {
        PathNormalizer proposed = new PathNormalizer(offer.directory(), offer.root(), offer.rootMapped());
        return proposed.isSound() ? proposed : proposed.exact();
    }

    /** Whether the root can be one; a compiler would split a map of a root with an equals sign. */
    private boolean isSound() {
        return isBelow(directory, root) && isPlain(directory) && isPlain(root)
                && !(prefixMapped && root.indexOf('=') >= 0);
    }

    private static boolean isPlain(String path) {
        return path.startsWith("/") && !NOT_PLAIN.matcher(path).find();
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

    /**
     * How the working directory is reached from the root. Its own name does not matter if the command does not spell
     * it. The names above it do: they decide what {@code ..} is.
     */
    String relativePosition() {
        String below = directory.length() > root.length() ? directory.substring(root.length() + 1) : "";
        return prefixMapped || below.isEmpty() ? below : below.substring(0, below.lastIndexOf('/') + 1) + "/";
    }

    private static String join(String directory, String below) {
        return below.isEmpty() ? directory : directory.equals("/") ? "/" + below : directory + "/" + below;
    }

    private static boolean isBelow(String path, String directory) {
        return path.startsWith(directory)
                && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
    }
}
