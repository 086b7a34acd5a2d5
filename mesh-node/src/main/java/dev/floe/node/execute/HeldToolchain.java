package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Path;

import dev.floe.store.FileStamp;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;

/**
 * A toolchain unpacked on this node. Its files were verified when they were unpacked; each use checks that size and time are
 * still those, so a file damaged later is found before a job sees it.
 */
public final class HeldToolchain {
    private final Toolchain toolchain;
    private final Path root;
    private final TreePlan plan;

    /** @param root where the tree stands that was unpacked from the toolchain's tarball */
    public HeldToolchain(Toolchain toolchain, Path root) throws IOException {
        this.toolchain = toolchain;
        this.root = root;
        this.plan = new TreePlan(toolchain.entries());
    }

    public Toolchain toolchain() {
        return toolchain;
    }

    TreePlan plan() {
        return plan;
    }

    /** @throws DamagedToolchainException if the file is not what was unpacked */
    Path verified(ToolchainEntry.File file) throws IOException {
        Path path = root.resolve(file.path());
        try {
            FileStamp stamp = FileStamp.ofLink(path);
            if (stamp.isRegularFile() && stamp.size() == file.digest().size() && stamp.mtimeNanos() == 0) {
                return path;
            }
        } catch (IOException e) {
            throw new DamagedToolchainException(toolchain.id(), path, e);
        }
        throw new DamagedToolchainException(toolchain.id(), path, null);
    }
}
