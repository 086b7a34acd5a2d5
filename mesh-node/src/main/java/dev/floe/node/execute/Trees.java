package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Removes job trees, whatever the job made of them: directories that are closed, or deeper than a path can say. Never follows a link. */
final class Trees {
    private static final int LONG_PATH = 2048;
    private static final int MOST_TRIES = 20;
    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwx------");

    private final Path tree;
    private final Deque<Path> movedUp = new ArrayDeque<>();

    private Trees(Path tree) {
        this.tree = tree;
    }

    static void deleteContents(Path directory) throws IOException {
        List<Path> trees = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(trees::add);
        }
        for (Path tree : trees) {
            delete(tree);
        }
    }

    static void delete(Path tree) throws IOException {
        Trees trees = new Trees(tree);
        trees.movedUp.add(tree);
        while (!trees.movedUp.isEmpty()) {
            trees.remove(trees.movedUp.remove());
        }
    }

    private void remove(Path path) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            if (!attributes.permissions().containsAll(OPEN)) {
                Files.setPosixFilePermissions(path, OPEN);
            }
            if (path.toString().length() > LONG_PATH) {
                Path up = tree.resolveSibling(tree.getFileName() + ".deep-" + System.nanoTime());
                Files.move(path, up, StandardCopyOption.ATOMIC_MOVE);
                movedUp.add(up);
                return;
            }
            empty(path);
        }
        for (int tries = 1;; tries++) {
            try {
                Files.delete(path);
                return;
            } catch (DirectoryNotEmptyException e) {
                // A command that was killed a moment ago may still have written.
                if (tries == MOST_TRIES) {
                    throw e;
                }
                empty(path);
            }
        }
    }

    private void empty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                remove(entry);
            }
        }
    }
}
