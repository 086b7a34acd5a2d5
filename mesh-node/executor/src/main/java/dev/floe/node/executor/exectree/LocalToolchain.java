package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.floe.store.FileStamp;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * A toolchain unpacked on this node, its files verified just before this was made. Each use of a file checks that it is
 * still the same by its stamp, so damage done later is found before a job sees it.
 */
public final class LocalToolchain {
    private final Toolchain toolchain;
    private final Path root;
    private final ExecRootPlan plan;
    private final Map<String, FileStamp> stamps = new HashMap<>();
    private final Map<String, ObserverChoice> observers = new ConcurrentHashMap<>(); // by the paths of its programs

    /** @throws IOException if a file cannot be looked at */
    public LocalToolchain(UnpackedToolchain unpacked) throws IOException {
        this.toolchain = unpacked.toolchain();
        this.root = unpacked.directory();
        this.plan = new ExecRootPlan(toolchain.entries());
        for (ToolchainEntry entry : toolchain.entries()) {
            if (entry instanceof ToolchainEntry.FileEntry file) {
                stamps.put(file.path(), FileStamp.ofLink(root.resolve(file.path())));
            }
        }
    }

    public Toolchain toolchain() {
        return toolchain;
    }

    public ExecRootPlan plan() {
        return plan;
    }

    /** The observer for a program at a path of this toolchain; the function is asked once. */
    ObserverChoice observer(String program, Function<String, ObserverChoice> chooser) {
        return observers.computeIfAbsent(program, chooser);
    }

    /**
     * @throws CorruptToolchainException if the file is not what was verified; the time of change is no sign, since
     *                                   links set it
     */
    Path verified(ToolchainEntry.FileEntry file) throws IOException {
        Path path = root.resolve(file.path());
        FileStamp before = stamps.get(file.path());
        FileStamp now;
        try {
            now = FileStamp.ofLink(path);
        } catch (IOException e) {
            throw new CorruptToolchainException(this, path, e);
        }
        if (before == null || now.ino() != before.ino() || now.size() != before.size()
                || now.mtimeNanos() != before.mtimeNanos()) {
            throw new CorruptToolchainException(this, path, null);
        }
        return path;
    }
}
