package dev.floe.store.content;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

import dev.floe.store.IoErrorMessages;

/** Copies between the files of a store's entries and files outside of it. */
final class EntryFiles {
    private EntryFiles() {}

    /** Makes an entry of a file: a hard link, or a copy where there can be none. */
    static void link(Path file, Path entry) throws IOException {
        try {
            Files.createLink(entry, file);
        } catch (FileSystemException _) {
            Files.copy(file, entry);
        }
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("r--r--r--"));
    }

    /** Copies an entry; false if it has gone. */
    static boolean copy(Path source, Path target, String permissions) throws IOException {
        try {
            Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(permissions));
            return true;
        } catch (NoSuchFileException e) {
            return failUnlessEntryIsGone(target, e);
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", target, e);
        }
    }

    /** An entry may be evicted between its lookup and its use, which is a miss; a missing target directory is not. */
    static boolean failUnlessEntryIsGone(Path target, NoSuchFileException e) throws NoSuchFileException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null || Files.isDirectory(parent)) {
            return false;
        }
        throw e;
    }
}
