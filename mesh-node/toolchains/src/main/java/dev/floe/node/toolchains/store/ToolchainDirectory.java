package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.FileChunker;
import dev.floe.store.files.AtomicFiles;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.ToolchainUnpacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * Toolchains on the disk. Each is a directory named by its id, with its tree. If a peer has asked for the archive, or
 * has sent it, that is there too, with the digests of its chunks. A toolchain appears and goes by a rename. The
 * directory's time is that of its last use.
 */
final class ToolchainDirectory {
    private static final String ARCHIVE = "archive.tar.zst";
    private static final String TREE = "tree";
    /** The digest of the archive as it was when it came, and of its chunks, a line each. */
    private static final String CHUNKS = "archive.chunks";

    /** A tree is about so many times its archive. */
    private static final int TREE_OVER_ARCHIVE = 3;

    private final Path directory;
    private final Map<ToolchainId, ChunkList> chunks = new ConcurrentHashMap<>();
    private final Map<ToolchainId, Long> treeBytes = new ConcurrentHashMap<>();

    ToolchainDirectory(Path directory) {
        this.directory = directory;
    }

    /** The toolchains that are here; whatever is not a whole one is deleted. Makes the directory if it is missing. */
    List<ToolchainId> scan() throws IOException {
        Files.createDirectories(directory);
        List<ToolchainId> ids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (isWhole(entry)) {
                    ids.add(new ToolchainId(entry.getFileName().toString()));
                } else {
                    TreeDeleter.delete(entry);
                }
            }
        }
        return ids;
    }

    private static boolean isWhole(Path entry) {
        return entry.getFileName().toString().matches("[0-9a-f]{64}") && Files.isDirectory(entry.resolve(TREE));
    }

    /** Makes the tree of a toolchain, every file verified, in a directory that does not exist yet. */
    @FunctionalInterface
    interface TreeMaker {
        void make(Path tree) throws IOException;
    }

    /** Unpacks an archive, which is moved here, and puts it in the place of what is there. */
    UnpackedToolchain add(ToolchainId id, Path archive) throws IOException {
        return replace(id, fresh -> {
            Files.move(archive, fresh.resolve(ARCHIVE));
            ToolchainUnpacker.unpack(fresh.resolve(ARCHIVE), id, fresh.resolve(TREE), ArchiveLimits.USUAL);
            writeChunks(FileChunker.of(fresh.resolve(ARCHIVE)), fresh.resolve(CHUNKS));
        });
    }

    /** Puts a tree without an archive in the place of what is there. */
    UnpackedToolchain add(ToolchainId id, TreeMaker maker) throws IOException {
        return replace(id, fresh -> maker.make(fresh.resolve(TREE)));
    }

    private UnpackedToolchain replace(ToolchainId id, TreeMaker contents) throws IOException {
        Path fresh = Files.createTempDirectory(directory, "new-");
        try {
            contents.make(fresh);
            chunks.remove(id);
            TreeDeleter.delete(home(id));
            AtomicFiles.move(fresh, home(id));
        } catch (IOException | RuntimeException e) {
            TreeDeleter.delete(fresh);
            throw e;
        }
        return open(id);
    }

    /** Adds the archive of a toolchain that is here without one. */
    void setArchive(ToolchainId id, Path archive, ChunkList list) throws IOException {
        removeArchive(id);
        AtomicFiles.move(archive, archive(id));
        writeChunks(list, home(id).resolve(CHUNKS));
        chunks.put(id, list);
    }

    /** Removes an archive, and keeps the tree. */
    void removeArchive(ToolchainId id) throws IOException {
        chunks.remove(id);
        Files.deleteIfExists(home(id).resolve(CHUNKS));
        Files.deleteIfExists(archive(id));
    }

    /** Whether there is an archive beside the tree. */
    boolean hasArchive(ToolchainId id) {
        return Files.isRegularFile(home(id).resolve(CHUNKS)) && Files.isRegularFile(archive(id));
    }

    /** Removes a toolchain if it is here. */
    void remove(ToolchainId id) throws IOException {
        chunks.remove(id);
        treeBytes.remove(id);
        Path away = directory.resolve("old-" + System.nanoTime());
        if (Files.exists(home(id))) {
            AtomicFiles.move(home(id), away);
            TreeDeleter.delete(away);
        }
    }

    /** The tree of a toolchain; trusts it as it is. */
    UnpackedToolchain open(ToolchainId id) throws IOException {
        return UnpackedToolchain.open(home(id).resolve(TREE), id);
    }

    /** Reads every file of a toolchain; what is wrong, in sentences. */
    List<String> damage(ToolchainId id) {
        try {
            List<String> damage = open(id).damage();
            boolean sameArchive = !hasArchive(id)
                    || FileChunker.of(archive(id)).equals(readChunks(home(id).resolve(CHUNKS)));
            return damage.isEmpty() && !sameArchive ? List.of(archive(id) + " is not what it was") : damage;
        } catch (IOException e) {
            return List.of(FailureText.of(e));
        }
    }

    /** Where the archive of a toolchain is. */
    Path archive(ToolchainId id) {
        return home(id).resolve(ARCHIVE);
    }

    /** The size of an archive; about what it would be if there is none; 0 if the toolchain is not here. */
    long archiveBytes(ToolchainId id) {
        try {
            return hasArchive(id) ? Files.size(archive(id)) : treeBytes(id) / TREE_OVER_ARCHIVE;
        } catch (IOException _) {
            return 0; // gone, which who wants it will find out
        }
    }

    /** What a toolchain fills on the disk: its tree, and its archive if it has one. */
    long diskBytes(ToolchainId id) {
        try {
            return treeBytes(id) + (hasArchive(id) ? Files.size(archive(id)) : 0);
        } catch (IOException _) {
            return 0;
        }
    }

    private long treeBytes(ToolchainId id) throws IOException {
        Long known = treeBytes.get(id);
        if (known == null) {
            known = open(id).toolchain().bytes();
            treeBytes.put(id, known);
        }
        return known;
    }

    /** An empty directory for files that are fetched; {@link #scan} removes what is left of one. */
    Path newScratch() throws IOException {
        return Files.createTempDirectory(directory, "fetch-");
    }

    /** @throws InsufficientSpaceException if the disk has no room for so many bytes */
    void checkRoom(long bytes) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < bytes) {
            throw new InsufficientSpaceException(bytes, free);
        }
    }

    /** An empty file for an archive that is fetched. */
    Path newArchive() throws IOException {
        return Files.createTempFile(directory, "fetch-", ".part");
    }

    /**
     * How an archive was cut when it came.
     *
     * @throws IOException if the list cannot be read or is damaged
     */
    ChunkList chunks(ToolchainId id) throws IOException {
        ChunkList known = chunks.get(id);
        if (known == null) {
            known = readChunks(home(id).resolve(CHUNKS));
            chunks.put(id, known);
        }
        return known;
    }

    private static ChunkList readChunks(Path file) throws IOException {
        List<Digest> digests = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                digests.add(Digest.parse(line));
            }
            return new ChunkList(digests.removeFirst(), digests);
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    private static void writeChunks(ChunkList list, Path file) throws IOException {
        Files.write(file,
                Stream.concat(Stream.of(list.whole()), list.chunks().stream()).map(Digest::toString).toList());
    }

    /** Notes that a toolchain is used now. */
    void touch(ToolchainId id) throws IOException {
        Files.setLastModifiedTime(home(id), FileTime.from(Instant.now()));
    }

    FileTime lastUse(ToolchainId id) {
        try {
            return Files.getLastModifiedTime(home(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isWritable() {
        try {
            Files.deleteIfExists(Files.createTempFile(directory, "fetch-", ".part"));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    boolean hasRoom(long bytes) {
        try {
            return Files.getFileStore(directory).getUsableSpace() >= bytes;
        } catch (IOException _) {
            return false;
        }
    }

    private Path home(ToolchainId id) {
        return directory.resolve(id.hex());
    }
}
