package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import com.github.luben.zstd.ZstdOutputStream;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FileChunker;
import dev.floe.store.files.AtomicFiles;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.locate.FoundToolchain;

/**
 * Writes toolchains as compressed tar archives: first the manifest, then its entries in its order, with no times or
 * owners. One compiler gives one sequence of bytes on every machine that runs the same version of Floe.
 */
public final class ToolchainPacker {
    /** Name of the first entry, which is not part of the toolchain's tree. */
    static final String MANIFEST = ".floe-toolchain";

    private static final int COMPRESSION_LEVEL = 3;
    private static final int LINK_MODE = 0777;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Path ROOT = Path.of("/");

    private ToolchainPacker() {}

    /** Where the bytes of a file are. */
    @FunctionalInterface
    public interface PackSource {
        Path contents(ToolchainEntry.FileEntry file) throws IOException;
    }

    /**
     * Packs what was found on this machine; {@code output} appears whole or not at all.
     *
     * @throws DigestMismatchException if a file has changed since it was found
     */
    public static PackedToolchain pack(FoundToolchain found, Path output) throws IOException {
        return pack(found, FileAccess.LOCAL, output);
    }

    /**
     * The same of what was found in other files.
     *
     * @param files in which it was found
     */
    public static PackedToolchain pack(FoundToolchain found, FileAccess files, Path output) throws IOException {
        return pack(found.toolchain(), file -> files.contents(ROOT.resolve(file.path())), output);
    }

    /**
     * Packs a toolchain whose files lie elsewhere than at their own paths.
     *
     * @param source where the bytes of a file are
     * @throws DigestMismatchException if they are others than the toolchain says
     */
    public static PackedToolchain pack(Toolchain toolchain, PackSource source, Path output)
            throws IOException {
        try (AtomicFiles.Replacement packing = AtomicFiles.replace(output)) {
            try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(packing.path()), BUFFER_BYTES);
                    ZstdOutputStream zstd = new ZstdOutputStream(file, COMPRESSION_LEVEL);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(zstd, UTF_8.name())) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                write(toolchain, source, tar);
            }
            PackedToolchain packed = new PackedToolchain(toolchain, output, FileChunker.of(packing.path()));
            packing.commit();
            return packed;
        }
    }

    private static void write(Toolchain toolchain, PackSource source,
            TarArchiveOutputStream tar) throws IOException {
        byte[] manifest = toolchain.manifest().getBytes(UTF_8);
        begin(tar, new TarArchiveEntry(MANIFEST), ToolchainEntry.FileEntry.DATA, manifest.length);
        tar.write(manifest);
        tar.closeArchiveEntry();
        for (ToolchainEntry entry : toolchain.entries()) {
            switch (entry) {
                case ToolchainEntry.DirectoryEntry dir ->
                    begin(tar, new TarArchiveEntry(dir.path() + "/"), ToolchainEntry.FileEntry.PROGRAM, 0);
                case ToolchainEntry.LinkEntry link -> {
                    TarArchiveEntry header = new TarArchiveEntry(link.path(), TarConstants.LF_SYMLINK);
                    header.setLinkName(link.target());
                    begin(tar, header, LINK_MODE, 0);
                }
                case ToolchainEntry.FileEntry file -> {
                    begin(tar, new TarArchiveEntry(file.path()), file.mode(), file.digest().size());
                    copy(source.contents(file), file.digest(), tar);
                }
            }
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private static void begin(TarArchiveOutputStream tar, TarArchiveEntry header, int mode, long size)
            throws IOException {
        header.setMode(mode);
        header.setSize(size);
        header.setModTime(0);
        header.setIds(0, 0);
        header.setNames("", "");
        tar.putArchiveEntry(header);
    }

    private static void copy(Path from, Digest expected, OutputStream to) throws IOException {
        MessageDigest sha = Digest.sha256();
        long left = expected.size();
        try (InputStream in = new DigestInputStream(Files.newInputStream(from), sha)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                to.write(buffer, 0, (int) Math.min(n, left));
                left -= Math.min(n, left);
            }
        }
        Digest got = Digest.of(sha.digest(), expected.size() - left);
        if (!got.equals(expected)) {
            throw new DigestMismatchException(from + " has changed since its compiler was examined", expected, got);
        }
    }
}
