package dev.floe.node.execute;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.floe.node.wire.Digests;
import dev.floe.node.wire.JobMessage.Kind;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.toolchain.ToolchainEntry;

/**
 * What stands where in a job's tree, before anything is made. Paths come from a peer: each must be absolute and plain, and
 * lie in directories only, never below a link, so that making the tree cannot reach outside of its root.
 */
final class TreePlan {
    /** One place in the tree. */
    sealed interface Place {
        record Directory() implements Place {}

        record Link(String target) implements Place {}

        /** A file of the toolchain. */
        record Part(ToolchainEntry.File file) implements Place {}

        /** A file of the offer. */
        record Input(WireInput file) implements Place {}
    }

    private static final int MAX_PATH = 4096;

    private final SortedMap<String, Place> places = new TreeMap<>();

    TreePlan(Collection<ToolchainEntry> toolchain) throws IOException {
        for (ToolchainEntry entry : toolchain) {
            switch (entry) {
                case ToolchainEntry.Dir dir -> put("/" + dir.path(), new Place.Directory());
                case ToolchainEntry.Link link -> put("/" + link.path(), new Place.Link(link.target()));
                case ToolchainEntry.File file -> put("/" + file.path(), new Place.Part(file));
            }
        }
    }

    /** A plan that begins with what {@code base} holds. */
    TreePlan(TreePlan base) {
        places.putAll(base.places);
    }

    /** Adds an input; where the toolchain has a file of the same path, that stays, but for one whose time matters. */
    void add(WireInput input) throws IOException {
        put(input.path(), switch (input.kind()) {
            case DIRECTORY -> new Place.Directory();
            case LINK -> new Place.Link(input.target());
            case FILE, PRIVATE_FILE -> new Place.Input(input);
        });
    }

    void addDirectory(String path) throws IOException {
        put(path, new Place.Directory());
    }

    SortedMap<String, Place> places() {
        return places;
    }

    Optional<Place> at(String path) {
        return Optional.ofNullable(places.get(path));
    }

    private void put(String path, Place place) throws IOException {
        if (path.equals("/")) {
            return;
        }
        check(path);
        Place there = places.get(path);
        if (there == null) {
            makeParents(path);
            places.put(path, place);
        } else if (!agree(there, place)) {
            throw new IOException("the offer has " + path + " twice, as " + there + " and as " + place);
        } else if (isPartWithTime(there, place)) {
            places.put(path, place);
        }
    }

    private static boolean agree(Place there, Place place) {
        return switch (place) {
            case Place.Input(WireInput file) ->
                there instanceof Place.Part || there instanceof Place.Input(WireInput known) && same(file, known);
            default -> there.equals(place);
        };
    }

    private static boolean isPartWithTime(Place there, Place place) throws IOException {
        return there instanceof Place.Part(ToolchainEntry.File part) && place instanceof Place.Input(WireInput file)
                && part.mode() == ToolchainEntry.File.DATA && file.kind() == Kind.PRIVATE_FILE
                && Digests.of(file.hash(), file.size()).equals(part.digest());
    }

    /** Whether two inputs are the same to a command, wherever they lie. */
    static boolean same(WireInput one, WireInput other) {
        return one.kind() == other.kind() && one.size() == other.size() && Arrays.equals(one.hash(), other.hash());
    }

    private void makeParents(String path) throws IOException {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String parent = path.substring(0, slash);
            Place there = places.putIfAbsent(parent, new Place.Directory());
            if (there instanceof Place.Directory) {
                return;
            }
            if (there != null) {
                throw new IOException("the offer puts " + path + " below " + parent + ", which is no directory");
            }
        }
    }

    private static void check(String path) throws IOException {
        if (!path.startsWith("/") || path.length() > MAX_PATH || path.indexOf('\0') >= 0) {
            throw new IOException("the offer names a path that is refused: " + path);
        }
        for (int from = 1; from <= path.length();) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String name = path.substring(from, to);
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new IOException("the offer names a path that is not plain: " + path);
            }
            from = to + 1;
        }
    }
}
