package dev.floe.node.cacheserver.values;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import dev.floe.store.Digest;

/** The directory in which values are gathered until they are whole. */
public final class UploadDirectory {
    private static final String SUFFIX = ".part";

    private final Path directory;
    private final long maxBytes;

    public UploadDirectory(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /** Makes the directory, and drops what an earlier process has left there. */
    public void start() throws IOException {
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Longest value, in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Whether the disk has room for that many bytes; true if that cannot be known. */
    public boolean hasRoom(long bytes) {
        try {
            return bytes <= Files.getFileStore(directory).getUsableSpace();
        } catch (IOException _) {
            return true;
        }
    }

    /** Begins a value. */
    public Upload begin() throws IOException {
        return new Upload(Files.createTempFile(directory, "", SUFFIX), maxBytes, Digest.sha256());
    }
}
