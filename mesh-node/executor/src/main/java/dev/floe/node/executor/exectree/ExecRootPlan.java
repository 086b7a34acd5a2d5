package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.toolchain.ToolchainEntry;

/**
 * The plan of a job's exec root, before anything is made. Paths come from a peer: each must be absolute and plain, and
 * lie in directories only, never below a link, so that making the tree cannot reach outside of its root.
 */
public final class ExecRootPlan {
    /** One place in the tree. */
    sealed interface PlannedEntry {
        record PlannedDirectory() implements PlannedEntry {}

        record PlannedLink(String target) implements PlannedEntry {}

        /** A file of the toolchain. */
        record ToolchainPart(ToolchainEntry.FileEntry file) implements PlannedEntry {}

        /** A file of the offer. */
        record PlannedInput(WireInput file) implements PlannedEntry {}
    }

    private static final int MAX_PATH = 4096;
    /** Characters of the directories that an offer needs and does not list; an honest one lists all. */
    static final int MAX_IMPLIED_CHARACTERS = 1 << 20;

    private final SortedMap<String, PlannedEntry> places = new TreeMap<>();
    private int implied;

    ExecRootPlan(Collection<ToolchainEntry> toolchain) throws IOException {
        for (ToolchainEntry entry : toolchain) {
            switch (entry) {
                case ToolchainEntry.DirectoryEntry dir -> put("/" + dir.path(), new PlannedEntry.PlannedDirectory());
                case ToolchainEntry.LinkEntry link ->
                    put("/" + link.path(), new PlannedEntry.PlannedLink(link.target()));
                case ToolchainEntry.FileEntry file -> put("/" + file.path(), new PlannedEntry.ToolchainPart(file));
            }
        }
    }

    /** A plan that begins with what {@code base} holds. */
    ExecRootPlan(ExecRootPlan base) {
        places.putAll(base.places);
    }

    /** Adds an input; where the toolchain has a file of the same path, that stays, but for one whose time matters. */
    void add(WireInput input) throws IOException {
        put(input.path(), switch (input.kind()) {
            case DIRECTORY -> new PlannedEntry.PlannedDirectory();
            case LINK -> new PlannedEntry.PlannedLink(input.target());
            case FILE, PRIVATE_FILE -> new PlannedEntry.PlannedInput(input);
        });
    }

    void addDirectory(String path) throws IOException {
        put(path, new PlannedEntry.PlannedDirectory());
    }

    SortedMap<String, PlannedEntry> places() {
        return places;
    }

    Optional<PlannedEntry> at(String path) {
        return Optional.ofNullable(places.get(path));
    }

    private void put(String path, PlannedEntry place) throws IOException {
        if (path.equals("/")) {
            return;
        }
        check(path);
        PlannedEntry there = places.get(path);
        if (there == null) {
            makeParents(path);
            places.put(path, place);
        } else if (!agree(there, place)) {
            throw new IOException("the offer has " + path + " twice, as " + there + " and as " + place);
        } else if (isPartWithTime(there, place)) {
            places.put(path, place);
        }
    }

    private static boolean agree(PlannedEntry there, PlannedEntry place) {
        return switch (place) {
            case PlannedEntry.PlannedInput(WireInput file) ->
                there instanceof PlannedEntry.ToolchainPart
                        || there instanceof PlannedEntry.PlannedInput(WireInput known) && same(file, known);
            default -> there.equals(place);
        };
    }

    private static boolean isPartWithTime(PlannedEntry there, PlannedEntry place) throws IOException {
        return there instanceof PlannedEntry.ToolchainPart(ToolchainEntry.FileEntry part)
                && place instanceof PlannedEntry.PlannedInput(WireInput file)
                && part.mode() == ToolchainEntry.FileEntry.DATA && file.kind() == InputKind.PRIVATE_FILE
                && WireDigests.of(file.hash(), file.size()).equals(part.digest());
    }

    /** Whether two inputs are the same to a command, wherever they lie. */
    static boolean same(WireInput one, WireInput other) {
        return one.kind() == other.kind() && one.size() == other.size() && Arrays.equals(one.hash(), other.hash());
    }

    private void makeParents(String path) throws IOException {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String parent = path.substring(0, slash);
            PlannedEntry there = places.putIfAbsent(parent, new PlannedEntry.PlannedDirectory());
            if (there instanceof PlannedEntry.PlannedDirectory) {
                return;
            }
            if (there != null) {
                throw new IOException("the offer puts " + path + " below " + parent + ", which is no directory");
            }
            implied += parent.length();
            if (implied > MAX_IMPLIED_CHARACTERS) {
                throw new IOException("the offer needs too many directories that it does not list");
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
