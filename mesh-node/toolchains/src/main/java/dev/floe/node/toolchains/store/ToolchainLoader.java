package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * Gets a toolchain ready for use: verifies the tree that the directory holds, or assembles it from files, or fetches
 * its archive as a whole.
 */
final class ToolchainLoader {
    private static final Logger LOG = LogManager.getLogger(ToolchainLoader.class);

    private final ToolchainDirectory directory;
    private final ToolchainStore.Fetcher archives;
    private final ToolchainAssembler assembler;

    /** @param archives for toolchains that cannot be assembled from {@code files} */
    ToolchainLoader(ToolchainDirectory directory, ToolchainStore.Fetcher archives, ToolchainFileSource files) {
        this.directory = directory;
        this.archives = archives;
        this.assembler = new ToolchainAssembler(directory, files);
    }

    /** The toolchain that the directory holds; empty if it is damaged or cannot be read. */
    Optional<LocalToolchain> open(ToolchainId id) {
        try {
            UnpackedToolchain unpacked = directory.open(id);
            List<String> damage = unpacked.damage();
            if (damage.isEmpty()) {
                directory.touch(id);
                return Optional.of(new LocalToolchain(unpacked));
            }
            LOG.warn("toolchain={} is damaged and will be fetched again: {}", id.brief(), damage.getFirst());
        } catch (IOException e) {
            LOG.warn("toolchain={} cannot be opened and will be fetched again: {}", id.brief(), FailureText.of(e));
        }
        return Optional.empty();
    }

    /**
     * Brings a toolchain into the directory.
     *
     * @param held toolchains of this node, whose files are used
     * @throws InsufficientSpaceException if the disk has no room for it
     * @throws IOException if no node can send it, or what came cannot be unpacked
     */
    UnpackedToolchain fetch(ToolchainId id, List<ToolchainId> held) throws IOException {
        try {
            return assembler.assemble(id, held);
        } catch (InsufficientSpaceException e) {
            throw e;
        } catch (IOException e) {
            LOG.info("toolchain={} is fetched as a whole, because it cannot be assembled: {}", id.brief(),
                    FailureText.of(e));
        }
        Path archive = directory.newArchive();
        try {
            archives.fetch(id, archive);
            return directory.add(id, archive);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** What there is of a toolchain that is being assembled. */
    Optional<AssemblyProgress> progress(ToolchainId id) {
        return assembler.progress(id);
    }
}
