package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeMap;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainEntry;

/**
 * Reads an archive of a root directory in which a compiler runs, as other systems make them.
 *
 * <p>Nothing in it decides where something is written: the bytes of each file go to a file that is named by their
 * digest. What the tree would be is given as a list, which {@link dev.floe.toolchain.Toolchain} then takes or refuses
 * as it does a peer's.
 */
public final class IceccEnvironmentReader {
    private static final int HEADER_BYTES = 16 << 10;
    private static final int TAIL_BYTES = 1 << 20;
    private static final int RECORD_BYTES = 512;
    private static final int MAGIC_AT = 257;
    private static final String MAGIC = "ustar";
    private static final int MAX_PATH_CHARS = 1024;
    private static final int EXECUTE_BITS = 0111;
    private static final int BUFFER_BYTES = 1 << 16;

    private final TreeMap<String, ToolchainEntry> entries = new TreeMap<>();
    private final Path contents;
    private final ArchiveLimits limits;
    private long left;
    private String last = "its first entry";

    private IceccEnvironmentReader(Path contents, ArchiveLimits limits) {
        this.contents = contents;
        this.limits = limits;
        this.left = limits.maxBytes();
    }

    /** Something that reads the archive. */
    @FunctionalInterface
    private interface ArchiveVisitor<T> {
        T get() throws IOException;
    }

    /**
     * Reads {@code archive}, a tar file, as it is or compressed by gzip, xz, zstd or bzip2.
     *
     * @param contents an empty directory for the files' bytes, each under its {@link Digest#hex}
     * @return the tree, with a directory for each parent; not checked
     * @throws InvalidArchiveException if it is no such archive, damaged, over the limits, or holds devices or the like
     * @throws IOException if it cannot be opened, or {@code contents} cannot be written to
     */
    public static List<ToolchainEntry> read(Path archive, Path contents, ArchiveLimits limits) throws IOException {
        IceccEnvironmentReader reader = new IceccEnvironmentReader(contents, limits);
        try (BufferedInputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES)) {
            reader.read(file);
        }
        return List.copyOf(reader.entries.values());
    }

    private void read(BufferedInputStream file) throws IOException {
        try (InputStream plain = from(() -> ArchiveCompression.open(file));
                BoundedInputStream ration = new BoundedInputStream(plain, "names or headers of an excessive length");
                TarArchiveInputStream tar = new TarArchiveInputStream(ration, UTF_8.name())) {
            from(() -> {
                checkMagic(plain);
                return plain;
            });
            ration.grant(HEADER_BYTES);
            for (TarArchiveEntry header = next(tar); header != null; header = next(tar)) {
                if (entries.size() >= limits.maxEntries()) {
                    throw new InvalidArchiveException("more than " + limits.maxEntries() + " entries");
                }
                take(header, ration, tar);
                ration.grant(HEADER_BYTES);
            }
            ration.grant(TAIL_BYTES);
            from(() -> ration.transferTo(OutputStream.nullOutputStream()));
        }
    }

    private static void checkMagic(InputStream plain) throws IOException {
        plain.mark(RECORD_BYTES);
        byte[] first = plain.readNBytes(RECORD_BYTES);
        plain.reset();
        if (first.length < RECORD_BYTES || !new String(first, MAGIC_AT, MAGIC.length(), US_ASCII).equals(MAGIC)) {
            throw new InvalidArchiveException(
                    "it is no tar archive, neither as it is nor compressed by gzip, xz, zstd or bzip2");
        }
    }

    private TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
        return from(tar::getNextEntry);
    }

    /** Tells trouble of the archive from trouble of the disk. */
    private <T> T from(ArchiveVisitor<T> reading) throws InvalidArchiveException {
        try {
            return reading.get();
        } catch (InvalidArchiveException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | IllegalStateException | ArithmeticException
                | IndexOutOfBoundsException e) {
            throw new InvalidArchiveException("it is damaged or cut off at " + last + " (" + FailureText.of(e) + ")",
                    e);
        }
    }

    private void take(TarArchiveEntry header, BoundedInputStream ration, TarArchiveInputStream tar) throws IOException {
        String name = plain(header.getName());
        if (name.isEmpty() && header.isDirectory()) {
            return; // the root
        }
        last = name;
        if (header.isSymbolicLink()) {
            put(new ToolchainEntry.LinkEntry(name, header.getLinkName()));
        } else if (header.isLink()) {
            if (!(entries.get(plain(header.getLinkName())) instanceof ToolchainEntry.FileEntry linked)) {
                throw new InvalidArchiveException(name + " is a hard link to " + header.getLinkName()
                        + ", which is no file before it");
            }
            put(new ToolchainEntry.FileEntry(name, linked.mode(), linked.digest()));
        } else if (header.isDirectory()) {
            put(new ToolchainEntry.DirectoryEntry(name));
        } else if (header.isFile() && !header.isSparse() && !header.isCharacterDevice() && !header.isBlockDevice()
                && !header.isFIFO()) {
            ration.grant(Math.ceilDiv(checked(header.getSize()), RECORD_BYTES) * RECORD_BYTES);
            int mode = (header.getMode() & EXECUTE_BITS) != 0
                    ? ToolchainEntry.FileEntry.PROGRAM
                    : ToolchainEntry.FileEntry.DATA;
            put(new ToolchainEntry.FileEntry(name, mode, keep(header.getSize(), tar)));
        } else {
            throw new InvalidArchiveException(
                    name + " is a device, a pipe or the like; only files, directories and links are taken");
        }
    }

    private static String plain(String name) {
        return name.replaceFirst("^(\\./+)+", "").replaceFirst("/+$", "").replaceFirst("^\\.$", "");
    }

    private long checked(long size) throws InvalidArchiveException {
        if (size > limits.maxFileBytes() || size > left) {
            throw new InvalidArchiveException(last + " of " + size + " bytes passes the limit of "
                    + limits.maxFileBytes() + " for one file and " + limits.maxBytes() + " for all");
        }
        left -= size;
        return size;
    }

    private void put(ToolchainEntry entry) throws InvalidArchiveException {
        String path = entry.path();
        if (path.length() > MAX_PATH_CHARS) {
            throw new InvalidArchiveException("a path of " + path.length() + " characters");
        }
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            entries.putIfAbsent(path.substring(0, slash), new ToolchainEntry.DirectoryEntry(path.substring(0, slash)));
        }
        ToolchainEntry there = entries.put(path, entry);
        if (there != null && !there.equals(entry)) {
            throw new InvalidArchiveException(path + " comes twice, and differs");
        }
    }

    private Digest keep(long size, TarArchiveInputStream tar) throws IOException {
        MessageDigest sha = Digest.sha256();
        Path part = contents.resolve("part");
        try (OutputStream out = Files.newOutputStream(part)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (long todo = size; todo > 0;) {
                int most = (int) Math.min(buffer.length, todo);
                int n = from(() -> tar.read(buffer, 0, most));
                if (n < 0) {
                    throw new InvalidArchiveException("it is cut off within " + last);
                }
                sha.update(buffer, 0, n);
                out.write(buffer, 0, n);
                todo -= n;
            }
        }
        Digest digest = Digest.of(sha.digest(), size);
        Files.move(part, contents.resolve(digest.hex()), StandardCopyOption.REPLACE_EXISTING);
        return digest;
    }
}
