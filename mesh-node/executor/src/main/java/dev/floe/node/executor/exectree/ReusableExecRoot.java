package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.exectree.ExecRootPlan.PlannedEntry;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.store.FileStamp;
import dev.floe.store.content.ContentStore;

/**
 * A directory in which trees of jobs are made one after the other. What the next has in common with the last stays,
 * because to make a directory costs more than all else that a small job does. No command can write to any of it. Used
 * by one job at a time, always with one toolchain.
 */
public final class ReusableExecRoot {
    private static final long ENTRY_BYTES = 150;

    private final Path root;
    private final NavigableMap<String, PlannedEntry> standing = new TreeMap<>();
    private final Map<String, Long> inodes = new HashMap<>(); // of links into the store, when they were made
    private final Set<String> links = new HashSet<>(); // that are no part of any plan
    private long characters; // of the paths of what stands

    private ReusableExecRoot(Path root) {
        this.root = root;
    }

    /** A new one, at a path where nothing is. */
    public static ReusableExecRoot fresh(Path root) throws IOException {
        return new ReusableExecRoot(Files.createDirectory(root));
    }

    public Path root() {
        return root;
    }

    /** The file system's place of a path inside. */
    Path outside(String path) {
        return root.resolve(path.substring(1));
    }

    /** About how many bytes of the heap it takes to know what stands here. */
    long heapBytes() {
        return characters + standing.size() * ENTRY_BYTES;
    }

    boolean has(String path) {
        return standing.containsKey(path);
    }

    /** Something has been put there. */
    void contains(String path, PlannedEntry place) throws IOException {
        if (standing.put(path, place) == null) {
            characters += path.length();
        }
        if (place instanceof PlannedEntry.PlannedInput(WireInput file) && file.kind() == InputKind.FILE) {
            inodes.put(path, FileStamp.ofLink(outside(path)).ino());
        }
    }

    /** A link that is no part of any plan; it stays. */
    void link(String path, Path file) throws IOException {
        if (!links.contains(path)) {
            Files.createLink(outside(path), file);
            links.add(path);
        }
    }

    /** Takes away all that the plan does not have just so. */
    void retainOnly(ExecRootPlan plan, ContentStore store) throws IOException {
        for (Iterator<Map.Entry<String, PlannedEntry>> each = standing.descendingMap().entrySet().iterator(); each
                .hasNext();) {
            Map.Entry<String, PlannedEntry> entry = each.next();
            String path = entry.getKey();
            if (!stays(path, entry.getValue(), plan.at(path).orElse(null), store)) {
                Files.delete(outside(path));
                each.remove();
                characters -= path.length();
                inodes.remove(path);
            }
        }
    }

    private boolean stays(String path, PlannedEntry place, @Nullable PlannedEntry planned, ContentStore store)
            throws IOException {
        return switch (place) {
            case PlannedEntry.PlannedDirectory _ -> planned instanceof PlannedEntry.PlannedDirectory;
            case PlannedEntry.PlannedLink link -> link.equals(planned);
            case PlannedEntry.ToolchainPart part -> part.equals(planned);
            // Nothing but a link shows by its inode that it is still what was verified; the offer's inputs have just
            // been looked at.
            case PlannedEntry.PlannedInput(WireInput file) -> file.kind() == InputKind.FILE
                    && planned instanceof PlannedEntry.PlannedInput(WireInput wanted) && ExecRootPlan.same(file, wanted)
                    && store.isLink(WireDigests.of(file.hash(), file.size()), inodes.getOrDefault(path, 0L));
        };
    }
}
