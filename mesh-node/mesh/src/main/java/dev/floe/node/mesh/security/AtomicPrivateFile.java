package dev.floe.node.mesh.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

import dev.floe.store.FailureText;
import dev.floe.store.files.AtomicFiles;

/** A small text file that only its owner can read, and that changes as a whole or not at all, across power loss too. */
public final class AtomicPrivateFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private AtomicPrivateFile() {}

    /** What makes a value of the text of a file. */
    public interface Parser<T> {
        /**
         * @throws IllegalArgumentException for a text that is damaged
         * @throws IOException for such a text as well
         */
        T parse(String text) throws IOException;
    }

    /**
     * Reads and parses a file.
     *
     * @param remedy what to do if it is damaged, which ends the message
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IOException if it is damaged, longer than {@code maxBytes}, unreadable, or open to anyone but its owner
     */
    public static <T> T parse(Path file, int maxBytes, Parser<T> parser, String remedy) throws IOException {
        byte[] bytes = readBytes(file, maxBytes);
        if (bytes.length > maxBytes) {
            throw new IOException(file + " is damaged (longer than " + maxBytes + " bytes); " + remedy);
        }
        try {
            return parser.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged (" + FailureText.of(e) + "); " + remedy, e);
        }
    }

    /**
     * Reads a file, at most {@code maxBytes} of it.
     *
     * @throws IOException if it cannot be read, is longer, or is open to anyone but its owner
     */
    public static String read(Path file, int maxBytes) throws IOException {
        byte[] bytes = readBytes(file, maxBytes);
        if (bytes.length > maxBytes) {
            throw new IOException(file + " is longer than " + maxBytes + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** One byte more than {@code maxBytes} of a file that is longer. */
    private static byte[] readBytes(Path file, int maxBytes) throws IOException {
        EnumSet<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
        open.addAll(Files.getPosixFilePermissions(file));
        open.retainAll(OTHERS);
        if (!open.isEmpty()) {
            throw new IOException(file + " holds a secret and is open to others (" + PosixFilePermissions.toString(open)
                    + "); run: chmod 600 " + file);
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is no file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(maxBytes + 1);
        }
    }

    /**
     * Puts {@code text} in place of what the file held; makes the directory if there is none.
     *
     * @throws IOException if it cannot be written; the file is then as it was
     */
    public static void write(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().normalize().getParent();
        if (directory == null) {
            throw new IOException(file + " is not a file name");
        }
        Files.createDirectories(directory);
        AtomicFiles.writeDurably(file, text.getBytes(StandardCharsets.UTF_8),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
}
