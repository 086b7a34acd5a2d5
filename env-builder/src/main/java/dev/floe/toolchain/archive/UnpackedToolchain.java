package dev.floe.toolchain.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainId;

/** A toolchain's tree in a directory of this node. */
public record UnpackedToolchain(Toolchain toolchain, Path directory) {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * Opens what {@link ToolchainUnpacker} made, for example before a restart; trusts the tree as it is.
     *
     * @throws IOException if there is no manifest, or one of another toolchain
     */
    public static UnpackedToolchain open(Path directory, ToolchainId expected) throws IOException {
        Path manifest = directory.resolve(ToolchainPacker.MANIFEST);
        try {
            Toolchain toolchain = Toolchain.parse(Files.readString(manifest));
            if (!toolchain.id().equals(expected)) {
                throw new IOException(manifest + " is that of " + toolchain.id() + ", expected " + expected);
            }
            return new UnpackedToolchain(toolchain, directory);
        } catch (IllegalArgumentException e) {
            throw new IOException(manifest + " is damaged: " + FailureText.of(e), e);
        }
    }

    /**
     * Makes the tree of a toolchain from files that lie elsewhere; each is verified.
     *
     * @param source    where the bytes of a file are
     * @param directory must not exist
     * @throws DigestMismatchException if they are others than the toolchain says
     */
    public static UnpackedToolchain make(Toolchain toolchain, ToolchainPacker.PackSource source, Path directory)
            throws IOException {
        ToolchainTreeWriter tree = ToolchainTreeWriter.begin(toolchain, directory);
        for (ToolchainEntry.FileEntry file : toolchain.files()) {
            tree.copy(file, source.contents(file));
        }
        return new UnpackedToolchain(toolchain, directory);
    }

    /** Reads every file; gives a sentence for each that is not as it should be, so nothing if all are. */
    public List<String> damage() {
        List<String> damage = new ArrayList<>();
        for (ToolchainEntry entry : toolchain.entries()) {
            Path path = directory.resolve(entry.path());
            try {
                boolean sound = switch (entry) {
                    case ToolchainEntry.DirectoryEntry _ -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                    case ToolchainEntry.LinkEntry link -> Files.isSymbolicLink(path)
                            && Files.readSymbolicLink(path).toString().equals(link.target());
                    case ToolchainEntry.FileEntry file -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            && Files.getPosixFilePermissions(path).equals(permissionSet(file.mode()))
                            && Digest.ofFile(path).equals(file.digest());
                };
                if (!sound) {
                    damage.add(path + " is not as the toolchain's manifest says");
                }
            } catch (IOException e) {
                damage.add(path + " cannot be read: " + FailureText.of(e));
            }
        }
        return damage;
    }

    /** Writes a file's bytes while it verifies them; the caller removes what is left of a failure. */
    static void write(InputStream in, ToolchainEntry.FileEntry file, Path target) throws IOException {
        MessageDigest sha = Digest.sha256();
        long left = file.digest().size();
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new InvalidArchiveException("it ends within " + file.path());
                }
                sha.update(buffer, 0, n);
                out.write(buffer, 0, n);
                left -= n;
            }
        }
        if (!Digest.of(sha.digest(), file.digest().size()).equals(file.digest())) {
            throw new InvalidArchiveException("the bytes of " + file.path() + " are not those of the manifest");
        }
        Files.setPosixFilePermissions(target, permissionSet(file.mode()));
    }

    static FileAttribute<Set<PosixFilePermission>> permissions(int mode) {
        return PosixFilePermissions.asFileAttribute(permissionSet(mode));
    }

    static Set<PosixFilePermission> permissionSet(int mode) {
        return PosixFilePermissions.fromString(mode == ToolchainEntry.FileEntry.PROGRAM ? "rwxr-xr-x" : "rw-r--r--");
    }
}
