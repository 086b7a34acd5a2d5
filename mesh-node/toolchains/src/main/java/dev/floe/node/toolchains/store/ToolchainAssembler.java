package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.store.files.SystemFiles;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ToolchainTreeWriter;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * Makes the tree of a peer's toolchain out of files that this machine has: its own installation, which on a machine
 * with the same distribution has nearly all, and the toolchains that this node holds. What is missing comes from peers,
 * file by file. The manifest says what the tree must be, and its digest is the toolchain's id, so it does not matter
 * where a file is from.
 */
final class ToolchainAssembler {
    private static final Logger LOG = LogManager.getLogger(ToolchainAssembler.class);

    private final ToolchainDirectory directory;
    private final ToolchainFileSource peers;
    private final Map<ToolchainId, AssemblyProgress> running = new ConcurrentHashMap<>();

    ToolchainAssembler(ToolchainDirectory directory, ToolchainFileSource peers) {
        this.directory = directory;
        this.peers = peers;
    }

    /** What there is of a toolchain that is being assembled. */
    Optional<AssemblyProgress> progress(ToolchainId id) {
        return Optional.ofNullable(running.get(id));
    }

    /**
     * Assembles a toolchain and adds it to the directory.
     *
     * @param others toolchains that this node holds
     */
    UnpackedToolchain assemble(ToolchainId id, List<ToolchainId> others) throws IOException {
        long start = System.nanoTime();
        Toolchain toolchain = peers.manifest(id);
        directory.checkRoom(toolchain.bytes());
        Path scratch = directory.newScratch();
        try {
            return directory.add(id, tree -> {
                ObservedTreeWriter writer = new ObservedTreeWriter(ToolchainTreeWriter.begin(toolchain, tree),
                        new AssemblyProgress(toolchain, tree));
                running.put(id, writer.progress());
                List<FileEntry> foreign = copyOwn(toolchain.files(), writer);
                List<FileEntry> missing = foreign.isEmpty() ? foreign : copyHeld(foreign, others, writer);
                if (!missing.isEmpty()) {
                    peers.fetch(toolchain, missing, scratch, writer);
                }
                LOG.info("toolchain={} assembled files={} bytes={} fetchedFiles={} fetchedBytes={} millis={}",
                        id.brief(), toolchain.files().size(), toolchain.bytes(), missing.size(),
                        missing.stream().mapToLong(file -> file.digest().size()).sum(),
                        (System.nanoTime() - start) / 1_000_000);
            });
        } finally {
            running.remove(id);
            sweep(scratch);
        }
    }

    /** Writes the tree, and says which files it has. */
    private record ObservedTreeWriter(ToolchainTreeWriter tree, AssemblyProgress progress)
            implements
                ToolchainFileSource.FileReceiver {
        void copy(FileEntry file, Path from) throws IOException {
            tree.copy(file, from);
            progress.add(file);
        }

        @Override
        public void receive(FileEntry file, Path bytes) throws IOException {
            tree.move(file, bytes);
            progress.add(file);
        }

        @Override
        public void progress(long bytes) {
            progress.receive(bytes);
        }
    }

    /** Copies what this machine has installed; what it lacks. */
    private static List<FileEntry> copyOwn(List<FileEntry> files, ObservedTreeWriter writer) throws IOException {
        SystemFiles system = new SystemFiles();
        List<FileEntry> missing = new ArrayList<>();
        for (FileEntry file : files) {
            Optional<Path> own = system.find("/" + file.path(), file.digest().size());
            if (own.isEmpty() || !isCopied(file, own.get(), writer)) {
                missing.add(file);
            }
        }
        return missing;
    }

    /** Copies what toolchains of this node have, whatever it is called there; what none of them has. */
    private List<FileEntry> copyHeld(List<FileEntry> files, List<ToolchainId> others, ObservedTreeWriter writer)
            throws IOException {
        Map<Digest, Path> held = new HashMap<>();
        for (ToolchainId other : others) {
            try {
                UnpackedToolchain tree = directory.open(other);
                tree.toolchain().files()
                        .forEach(file -> held.put(file.digest(), tree.directory().resolve(file.path())));
            } catch (IOException e) {
                LOG.debug("toolchain={} has no files for another one: {}", other.brief(), FailureText.of(e));
            }
        }
        List<FileEntry> missing = new ArrayList<>();
        for (FileEntry file : files) {
            Path same = held.get(file.digest());
            if (same == null || !isCopied(file, same, writer)) {
                missing.add(file);
            }
        }
        return missing;
    }

    /** Whether a file of this machine has the bytes that are wanted; false also if it cannot be read. */
    private static boolean isCopied(FileEntry file, Path from, ObservedTreeWriter writer) throws IOException {
        if (!Files.isReadable(from)) {
            return false;
        }
        try {
            writer.copy(file, from);
            return true;
        } catch (DigestMismatchException _) {
            return false;
        }
    }

    private static void sweep(Path scratch) {
        try {
            TreeDeleter.delete(scratch);
        } catch (IOException e) {
            LOG.debug("the next start removes {}: {}", scratch, FailureText.of(e));
        }
    }
}
