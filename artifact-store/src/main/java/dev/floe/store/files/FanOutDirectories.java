package dev.floe.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The 256 directories {@code 00} to {@code ff} among which a store distributes its files. Each is made when the first
 * file is written to it, because to make all of them takes a tenth of a second. Thread-safe.
 */
public final class FanOutDirectories {
    private static final int COUNT = 256;

    private final Path[] directories = new Path[COUNT];
    private final AtomicIntegerArray present = new AtomicIntegerArray(COUNT); // 1 where the directory is known to exist
    private final Set<PosixFilePermission> permissions;

    /** @param permissions of each of the directories */
    public FanOutDirectories(Path parent, Set<PosixFilePermission> permissions) {
        this.permissions = Set.copyOf(permissions);
        for (int i = 0; i < COUNT; i++) {
            directories[i] = parent.resolve(String.format(Locale.ROOT, "%02x", i));
        }
    }

    /**
     * Finds the directories that exist, and gives them their permissions.
     *
     * @throws IOException if one of them is no directory or cannot be changed
     */
    public List<Path> open() throws IOException {
        List<Path> found = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            if (Files.exists(directories[i])) {
                make(i);
                found.add(directories[i]);
            }
        }
        return found;
    }

    /** The directory of a number from 0 to 255, which may not exist. */
    public Path get(int number) {
        return directories[number];
    }

    /** The same directory, which exists now. */
    public Path getForWriting(int number) throws IOException {
        if (present.get(number) == 0) {
            make(number);
        }
        return directories[number];
    }

    private void make(int number) throws IOException {
        Files.createDirectories(directories[number], PosixFilePermissions.asFileAttribute(permissions));
        Files.setPosixFilePermissions(directories[number], permissions);
        present.set(number, 1);
    }
}
