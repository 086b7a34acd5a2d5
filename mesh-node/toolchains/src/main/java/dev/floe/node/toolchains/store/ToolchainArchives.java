package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.FileChunker;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ToolchainPacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * The archives of the toolchains in a directory. An archive is packed when a peer asks for it, and kept. A peer that
 * can assemble a toolchain needs none.
 */
final class ToolchainArchives {
    private static final Logger LOG = LogManager.getLogger(ToolchainArchives.class);

    private final ToolchainDirectory directory;
    private final ReentrantLock packing = new ReentrantLock(); // one archive is made at a time

    ToolchainArchives(ToolchainDirectory directory) {
        this.directory = directory;
    }

    /** How the archive of a toolchain is cut; empty if there is no archive, or a damaged one. */
    Optional<ChunkList> find(ToolchainId id) {
        try {
            return directory.hasArchive(id) ? Optional.of(directory.chunks(id)) : Optional.empty();
        } catch (IOException e) {
            LOG.warn("the archive of toolchain={} will be made again: {}", id.brief(), FailureText.of(e));
            return Optional.empty();
        }
    }

    /**
     * The same; packs the archive if there is none.
     *
     * @throws IOException if the tree is not the toolchain any more, or the archive cannot be written
     */
    ChunkList findOrPack(ToolchainId id) throws IOException {
        Optional<ChunkList> present = find(id);
        if (present.isPresent()) {
            return present.get();
        }
        packing.lock();
        try {
            present = find(id);
            return present.isPresent() ? present.get() : BackgroundTask.run("pack " + id.brief(), () -> pack(id));
        } finally {
            packing.unlock();
        }
    }

    private ChunkList pack(ToolchainId id) throws IOException {
        long start = System.nanoTime();
        UnpackedToolchain unpacked = directory.open(id);
        Path archive = directory.newArchive();
        try {
            ChunkList chunks = ToolchainPacker.pack(unpacked.toolchain(),
                    file -> unpacked.directory().resolve(file.path()), archive).chunks();
            directory.setArchive(id, archive, chunks);
            LOG.info("toolchain={} packed archiveBytes={} millis={}", id.brief(), chunks.whole().size(),
                    (System.nanoTime() - start) / 1_000_000);
            return chunks;
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /**
     * A chunk of the archive of one of these toolchains; empty if it is that of none.
     *
     * @throws IOException if the archive is damaged; it is removed then, and packed again when it is asked for
     */
    Optional<ByteBuffer> chunk(Collection<ToolchainId> toolchains, Digest digest) throws IOException {
        for (ToolchainId id : toolchains) {
            Optional<ChunkList> list = find(id);
            int index = list.isPresent() ? list.get().chunks().indexOf(digest) : -1;
            if (list.isPresent() && index >= 0) {
                return Optional.of(chunk(id, list.get(), index));
            }
        }
        return Optional.empty();
    }

    private ByteBuffer chunk(ToolchainId id, ChunkList list, int index) throws IOException {
        try {
            return FileChunker.read(directory.archive(id), list, index);
        } catch (IOException e) {
            LOG.warn("the archive of toolchain={} will be made again: {}", id.brief(), FailureText.of(e));
            directory.removeArchive(id);
            throw e;
        }
    }
}
