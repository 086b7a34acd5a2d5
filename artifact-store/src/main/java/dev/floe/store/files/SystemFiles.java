package dev.floe.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Finds files of this machine's own installation that may stand for files of another machine with the same path and
 * bytes. These are regular files below the {@linkplain #ROOTS directories of a distribution} that every user may read,
 * and that belong to root or to the user of this process; no link leads there. Who uses such a file must copy it and
 * hash the copy. One object serves one task: it remembers what it found out about directories.
 */
public final class SystemFiles {
    /** The directories in which distributions install programs, libraries and headers. */
    static final List<String> ROOTS = List.of("/usr/", "/lib/", "/lib32/", "/lib64/", "/libx32/", "/bin/", "/sbin/",
            "/opt/", "/nix/store/", "/gnu/store/");

    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int READ_BY_OTHERS = 04;
    private static final int SEARCH_BY_OTHERS = 01;
    private static final int MAX_PATH_CHARS = 1024;

    private static final long OWN_USER = userOfThisProcess();

    private final List<String> roots;
    private final long ownUser;
    private final Map<Path, Boolean> directories = new HashMap<>();

    public SystemFiles() {
        this(ROOTS, OWN_USER);
    }

    SystemFiles(List<String> roots, long ownUser) {
        this.roots = roots;
        this.ownUser = ownUser;
    }

    private static long userOfThisProcess() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException _) {
            return 0; // then root's files alone
        }
    }

    /**
     * The file at an absolute path, if it may be used and has this size.
     *
     * @param path as another machine has named it
     */
    public Optional<Path> find(String path, long size) {
        if (path.length() > MAX_PATH_CHARS || path.indexOf('\0') >= 0 || roots.stream().noneMatch(path::startsWith)) {
            return Optional.empty();
        }
        Path file = Path.of(path);
        if (!file.normalize().toString().equals(path) || !isOpen(file.getParent())) {
            return Optional.empty();
        }
        try {
            Map<String, Object> found = Files.readAttributes(file, "unix:mode,uid,size", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) number(found, "mode");
            return (mode & TYPE_MASK) == REGULAR && (mode & READ_BY_OTHERS) != 0 && isTrusted(found)
                    && number(found, "size") == size ? Optional.of(file) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Whether everybody can reach what is in a directory, and no link leads there. */
    private boolean isOpen(@Nullable Path directory) {
        if (directory == null) {
            return true;
        }
        Boolean known = directories.get(directory);
        if (known == null) {
            known = isOpen(directory.getParent()) && isOpenItself(directory);
            directories.put(directory, known);
        }
        return known;
    }

    private boolean isOpenItself(Path directory) {
        try {
            Map<String, Object> found = Files.readAttributes(directory, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) number(found, "mode");
            return (mode & TYPE_MASK) == DIRECTORY && (mode & SEARCH_BY_OTHERS) != 0 && isTrusted(found);
        } catch (IOException _) {
            return false;
        }
    }

    private boolean isTrusted(Map<String, Object> attributes) {
        long user = number(attributes, "uid");
        return user == 0 || user == ownUser;
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : -1;
    }
}
