package dev.floe.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files that change as a whole or not at all: the new content is written to a temporary file in the same
 * directory, which then takes the file's name by a rename.
 */
public final class AtomicFiles {
    private AtomicFiles() {}

    /**
     * A temporary file, or directory, that takes the place of another one when it is complete. Its path does not exist
     * at first; the caller creates what is there. Closing removes it if it was not committed.
     */
    public static final class Replacement implements AutoCloseable {
        private final Path temporary;
        private final Path target;

        private Replacement(Path temporary, Path target) {
            this.temporary = temporary;
            this.target = target;
        }

        /** Where the new content is written. */
        public Path path() {
            return temporary;
        }

        /** Lets it take the name of the target. */
        public void commit() throws IOException {
            move(temporary, target);
        }

        @Override
        public void close() throws IOException {
            TreeDeleter.delete(temporary);
        }
    }

    /** Begins to replace {@code target}, whose directory exists. */
    public static Replacement replace(Path target) {
        String name = "." + target.getFileName() + "."
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX) + ".part";
        return new Replacement(target.resolveSibling(name), target);
    }

    /**
     * Writes a file.
     *
     * @param attributes of the file if it is created, such as its permissions
     * @throws IOException if it cannot be written; the file is then as it was
     */
    public static void write(Path file, byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        try (Replacement replacement = replace(file)) {
            create(replacement.path(), bytes, false, attributes);
            replacement.commit();
        }
    }

    /** The same for text in UTF-8. */
    public static void writeString(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8), attributes);
    }

    /** The same for lines, each with a line break behind it. */
    public static void writeLines(Path file, Iterable<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        writeString(file, text.toString());
    }

    /** Writes a file that is still there, old or new, after a power failure. */
    public static void writeDurably(Path file, byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        try (Replacement replacement = replace(file)) {
            create(replacement.path(), bytes, true, attributes);
            replacement.commit();
        }
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
            entry.force(true);
        }
    }

    private static void create(Path file, byte[] bytes, boolean durable, FileAttribute<?>... attributes)
            throws IOException {
        try (FileChannel out = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            if (durable) {
                out.force(true);
            }
        }
    }

    /**
     * Renames a file or a directory in one step, within one file system. A file replaces what had the name; a directory
     * must not find one there that is not empty.
     */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
