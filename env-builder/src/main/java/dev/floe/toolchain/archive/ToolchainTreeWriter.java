package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.files.AtomicFiles;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;

/**
 * The tree of a toolchain while it is made of files from several places. Each file is a copy of its own, which shares
 * its blocks with the original where the file system can do that, and never a hard link: an upgrade that writes into
 * the original must not change it. The copy is hashed, not the original.
 */
public final class ToolchainTreeWriter {
    private final Path directory;

    private ToolchainTreeWriter(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directories and links of a toolchain, and its manifest.
     *
     * @param directory must not exist
     */
    public static ToolchainTreeWriter begin(Toolchain toolchain, Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.write(directory.resolve(ToolchainPacker.MANIFEST), toolchain.manifest().getBytes(UTF_8));
        for (ToolchainEntry entry : toolchain.entries()) {
            Path target = directory.resolve(entry.path());
            switch (entry) {
                case ToolchainEntry.DirectoryEntry _ ->
                    Files.createDirectory(target, UnpackedToolchain.permissions(ToolchainEntry.FileEntry.PROGRAM));
                case ToolchainEntry.LinkEntry link -> Files.createSymbolicLink(target, Path.of(link.target()));
                case ToolchainEntry.FileEntry _ -> {
                    // comes later
                }
            }
        }
        return new ToolchainTreeWriter(directory);
    }

    /**
     * Copies a file of this machine.
     *
     * @param from a regular file, not a link to one
     * @throws DigestMismatchException if its bytes are others than the toolchain says; nothing is left of it then
     */
    public void copy(ToolchainEntry.FileEntry file, Path from) throws IOException {
        Path target = directory.resolve(file.path());
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = file.digest().size();
            for (long done = 0; done < size;) {
                long count = in.transferTo(done, size - done, out);
                if (count <= 0) {
                    break; // it is shorter than that, which its digest shows
                }
                done += count;
            }
        }
        accept(file, target, from);
    }

    /**
     * Takes a file that was received, which must be in the same file system.
     *
     * @throws DigestMismatchException if its bytes are others than the toolchain says; it is removed then
     */
    public void move(ToolchainEntry.FileEntry file, Path from) throws IOException {
        Path target = directory.resolve(file.path());
        AtomicFiles.move(from, target);
        accept(file, target, from);
    }

    private static void accept(ToolchainEntry.FileEntry file, Path target, Path from) throws IOException {
        Digest got = Digest.ofFile(target);
        if (!got.equals(file.digest())) {
            Files.delete(target);
            throw new DigestMismatchException(from + " is not what the toolchain's manifest says of " + file.path(),
                    file.digest(), got);
        }
        Files.setPosixFilePermissions(target, UnpackedToolchain.permissionSet(file.mode()));
    }
}
