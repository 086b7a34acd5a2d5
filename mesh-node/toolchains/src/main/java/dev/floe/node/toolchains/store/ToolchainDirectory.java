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
 * Toolchains on the disk. Each is a directory named by its id, with the archive as it is sent to peers, the digests of
 * its chunks, and the tree unpacked from it. A toolchain appears and goes by a rename. The directory's time is that of
 * its last use.
 */
final class ToolchainDirectory {
    private static final String ARCHIVE = "archive.tar.zst";
    private static final String TREE = "tree";
    /** The digest of the archive as it was when it came, and of its chunks, a line each. */
    private static final String CHUNKS = "archive.chunks";

    private final Path directory;
    private final Map<ToolchainId, ChunkList> chunks = new ConcurrentHashMap<>();

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
        return entry.getFileName().toString().matches("[0-9a-f]{64}") && Files.isDirectory(entry.resolve(TREE))
                && Files.isRegularFile(entry.resolve(ARCHIVE)) && Files.isRegularFile(entry.resolve(CHUNKS));
    }

    /** Unpacks an archive, which is moved here, and puts it in the place of what is there. */
    UnpackedToolchain add(ToolchainId id, Path archive) throws IOException {
        Path fresh = Files.createTempDirectory(directory, "new-");
        try {
            Files.move(archive, fresh.resolve(ARCHIVE));
            ToolchainUnpacker.unpack(fresh.resolve(ARCHIVE), id, fresh.resolve(TREE), ArchiveLimits.USUAL);
            writeChunks(FileChunker.of(fresh.resolve(ARCHIVE)), fresh.resolve(CHUNKS));
            TreeDeleter.delete(home(id));
            AtomicFiles.move(fresh, home(id));
        } catch (IOException | RuntimeException e) {
            TreeDeleter.delete(fresh);
            throw e;
        }
        return open(id);
    }

    /** Removes a toolchain if it is here. */
    void remove(ToolchainId id) throws IOException {
        chunks.remove(id);
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
            boolean sameArchive = FileChunker.of(archive(id)).equals(readChunks(home(id).resolve(CHUNKS)));
            return damage.isEmpty() && !sameArchive ? List.of(archive(id) + " is not what it was") : damage;
        } catch (IOException e) {
            return List.of(FailureText.of(e));
        }
    }

    /** Where the archive of a toolchain is. */
    Path archive(ToolchainId id) {
        return home(id).resolve(ARCHIVE);
    }

    /** The size of an archive; 0 if it is not here. */
    long archiveBytes(ToolchainId id) {
        try {
            return Files.size(archive(id));
        } catch (IOException _) {
            return 0; // gone, which who wants it will find out
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
