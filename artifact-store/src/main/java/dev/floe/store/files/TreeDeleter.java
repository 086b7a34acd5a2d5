package dev.floe.store.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Removes directory trees. Each step goes from an open directory to a name in it and follows no link, so it removes
 * nothing outside of the tree, even if somebody else moves directories meanwhile. Of directories that lie deeper than
 * {@link #MAX_OPEN} directories are open at a time: the rest is moved to the top first.
 */
public final class TreeDeleter {
    private static final int MAX_OPEN = 64;
    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwx------");

    private final SecureDirectoryStream<Path> top;
    private final Deque<Path> movedUp = new ArrayDeque<>();

    private TreeDeleter(SecureDirectoryStream<Path> top) {
        this.top = top;
    }

    /** Removes all that is in a directory. */
    public static void deleteContents(Path directory) throws IOException {
        List<Path> trees = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(trees::add);
        }
        for (Path tree : trees) {
            delete(tree);
        }
    }

    /**
     * Removes a tree, a file or a link; nothing if it is not there.
     *
     * @param tree below a directory that only this node can write to
     */
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path name = Objects.requireNonNull(tree.getFileName());
        try (SecureDirectoryStream<Path> top = open(Objects.requireNonNull(tree.toAbsolutePath().getParent()))) {
            TreeDeleter trees = new TreeDeleter(top);
            trees.movedUp.add(name);
            while (!trees.movedUp.isEmpty()) {
                trees.removeIfThere(top, trees.movedUp.remove(), 1);
            }
        }
    }

    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("the file system of " + directory + " does not allow a safe removal of directories");
    }

    private void remove(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        PosixFileAttributeView view = parent.getFileAttributeView(name, PosixFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
        var attributes = view.readAttributes();
        if (!attributes.isDirectory()) {
            parent.deleteFile(name);
        } else if (depth > MAX_OPEN) {
            Path up = Path.of("deep-" + System.nanoTime());
            parent.move(name, top, up);
            movedUp.add(up);
        } else {
            if (!attributes.permissions().containsAll(OPEN)) {
                view.setPermissions(OPEN);
            }
            try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : directory) {
                    removeIfThere(directory, entry.getFileName(), depth + 1);
                }
            }
            parent.deleteDirectory(name);
        }
    }

    private void removeIfThere(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        try {
            remove(parent, name, depth);
        } catch (NoSuchFileException _) {
            // removed by somebody else meanwhile
        }
    }
}
