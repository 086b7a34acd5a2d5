package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.files.AtomicFiles;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainId;

/**
 * Unpacks toolchains that came from a peer.
 *
 * <p>The archive begins with its manifest. Only a manifest whose digest is the expected id, and whose tree could do no
 * harm ({@link Toolchain} refuses all others), is read on; after it, each entry must be exactly the manifest's next:
 * path, kind, mode, size, link target and bytes. So whatever tar can express beyond that, from devices to sparse files,
 * is refused by being no part of any manifest.
 */
public final class ToolchainUnpacker {
    /** Room for an entry's headers: its own, and those that carry a long name or link. */
    private static final int HEADER_BYTES = 16 << 10;
    private static final int RECORD_BYTES = 512;
    private static final int TAIL_BYTES = 16 << 10;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String MORE = "it holds more than its manifest says";

    private ToolchainUnpacker() {}

    /**
     * Unpacks beside {@code directory}, verifies everything, and renames.
     *
     * @param directory must not exist; its parent is made if it is missing
     * @throws InvalidArchiveException if the archive is not exactly the toolchain of that id, within those limits
     * @throws FileAlreadyExistsException if {@code directory} exists
     */
    public static Toolchain unpack(Path archive, ToolchainId expected, Path directory, ArchiveLimits limits)
            throws IOException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        Files.createDirectories(directory.resolveSibling("."));
        try (AtomicFiles.Replacement unpacking = AtomicFiles.replace(directory);
                InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES)) {
            Toolchain toolchain = unpack(file, expected, Files.createDirectory(unpacking.path()), limits);
            unpacking.commit();
            return toolchain;
        } catch (InvalidArchiveException e) {
            throw e;
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new InvalidArchiveException("it is damaged: " + FailureText.of(e), e);
        }
    }

    private static Toolchain unpack(InputStream file, ToolchainId expected, Path root, ArchiveLimits limits)
            throws IOException {
        try (ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(file)
                .setLongMax(ArchiveCompression.MAX_WINDOW_LOG);
                BoundedInputStream ration = new BoundedInputStream(zstd, MORE);
                TarArchiveInputStream tar = new TarArchiveInputStream(ration, UTF_8.name())) {
            byte[] manifest = readManifest(ration, tar, limits);
            Toolchain toolchain = parse(manifest, expected, limits);
            Files.write(root.resolve(ToolchainPacker.MANIFEST), manifest);
            for (ToolchainEntry entry : toolchain.entries()) {
                ration.grant(HEADER_BYTES);
                unpack(entry, next(tar, entry.path()), ration, tar, root);
            }
            ration.grant(TAIL_BYTES);
            if (tar.getNextEntry() != null) {
                throw new InvalidArchiveException(MORE);
            }
            return toolchain;
        }
    }

    private static byte[] readManifest(BoundedInputStream ration, TarArchiveInputStream tar, ArchiveLimits limits)
            throws IOException {
        ration.grant(HEADER_BYTES);
        TarArchiveEntry header = next(tar, ToolchainPacker.MANIFEST);
        if (!header.getName().equals(ToolchainPacker.MANIFEST) || !isPlainFile(header)
                || header.getSize() > limits.maxManifestBytes()) {
            throw new InvalidArchiveException("it does not begin with a manifest of at most "
                    + limits.maxManifestBytes() + " bytes");
        }
        ration.grant(padded(header.getSize()));
        byte[] manifest = tar.readNBytes((int) header.getSize());
        if (manifest.length != header.getSize()) {
            throw new InvalidArchiveException("it ends within its manifest");
        }
        return manifest;
    }

    /**
     * Reads a manifest that came from a peer.
     *
     * @throws InvalidArchiveException if it is not that of the expected toolchain, or beyond the limits
     */
    public static Toolchain parse(byte[] manifest, ToolchainId expected, ArchiveLimits limits)
            throws InvalidArchiveException {
        String hex = Digest.ofBytes(manifest).hex();
        if (!hex.equals(expected.hex())) {
            throw new InvalidArchiveException("it is toolchain " + hex + ", expected " + expected);
        }
        Toolchain toolchain;
        try {
            toolchain = Toolchain.parse(new String(manifest, UTF_8));
        } catch (IllegalArgumentException e) {
            throw new InvalidArchiveException(FailureText.of(e), e);
        }
        if (toolchain.entries().size() > limits.maxEntries()) {
            throw new InvalidArchiveException(toolchain.entries().size() + " entries, more than "
                    + limits.maxEntries());
        }
        long left = limits.maxBytes();
        for (ToolchainEntry entry : toolchain.entries()) {
            if (entry.path().equals(ToolchainPacker.MANIFEST)) {
                throw new InvalidArchiveException(entry.path() + " is no part of a toolchain's tree");
            }
            if (entry instanceof ToolchainEntry.FileEntry f) {
                if (f.digest().size() > limits.maxFileBytes() || f.digest().size() > left) {
                    throw new InvalidArchiveException(
                            f.path() + " of " + f.digest().size() + " bytes passes the limit of "
                                    + limits.maxFileBytes() + " for one file and " + limits.maxBytes() + " for all");
                }
                left -= f.digest().size();
            }
        }
        return toolchain;
    }

    private static void unpack(ToolchainEntry entry, TarArchiveEntry header, BoundedInputStream ration,
            TarArchiveInputStream tar,
            Path root) throws IOException {
        Path target = root.resolve(entry.path());
        switch (entry) {
            case ToolchainEntry.DirectoryEntry dir -> {
                require(header.isDirectory() && header.getName().equals(dir.path() + "/"), dir, header);
                Files.createDirectory(target, UnpackedToolchain.permissions(ToolchainEntry.FileEntry.PROGRAM));
            }
            case ToolchainEntry.LinkEntry link -> {
                require(header.isSymbolicLink() && header.getName().equals(link.path())
                        && header.getLinkName().equals(link.target()), link, header);
                Files.createSymbolicLink(target, Path.of(link.target()));
            }
            case ToolchainEntry.FileEntry file -> {
                require(isPlainFile(header) && header.getName().equals(file.path())
                        && header.getMode() == file.mode() && header.getSize() == file.digest().size(), file, header);
                ration.grant(padded(header.getSize()));
                UnpackedToolchain.write(tar, file, target);
            }
        }
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar, String expected) throws IOException {
        TarArchiveEntry header = tar.getNextEntry();
        if (header == null) {
            throw new InvalidArchiveException("it ends before " + expected);
        }
        return header;
    }

    private static void require(boolean right, ToolchainEntry expected, TarArchiveEntry got)
            throws InvalidArchiveException {
        if (!right) {
            throw new InvalidArchiveException("entry " + got.getName() + " is not what the manifest says of "
                    + expected.path());
        }
    }

    private static boolean isPlainFile(TarArchiveEntry header) {
        return header.isFile() && !header.isLink() && !header.isSparse() && !header.isDirectory();
    }

    private static long padded(long size) {
        return Math.ceilDiv(size, RECORD_BYTES) * RECORD_BYTES;
    }
}
