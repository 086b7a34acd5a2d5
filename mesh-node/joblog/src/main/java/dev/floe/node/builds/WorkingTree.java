package dev.floe.node.builds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The directory tree that a compile belongs to, found from its working directory.
 *
 * <p>The answer must not change while a build makes its own files, and must be one for a build in a directory beside
 * the sources. In this order: the outermost directory that a build system has configured (CMake, Meson, Ninja,
 * configure); the checkout of a version control system; the outermost of the directories in a row that have a makefile
 * or the like; the working directory. What CMake and Meson try out below a build directory belongs to that directory,
 * also before it is configured. The user's home and what is above it are never the tree, whatever lies there.
 *
 * @param top    of the tree
 * @param marked whether something says that this is the top; a working directory without any mark does not take in
 *               those below it
 */
record WorkingTree(Path top, boolean marked) {
    private static final List<String> SCRATCH = List.of("CMakeFiles", "meson-private");
    private static final List<String> CONFIGURED = List.of("CMakeCache.txt", "build.ninja", "config.status",
            "meson-private");
    private static final List<String> CHECKOUT = List.of(".hg", ".svn", ".jj", ".bzr", "_darcs", ".repo");
    private static final List<String> PROJECT = List.of("Makefile", "makefile", "GNUmakefile", "configure",
            "CMakeLists.txt", "meson.build", "Kbuild", "SConstruct", "WORKSPACE", "MODULE.bazel", "Cargo.toml");
    private static final int MAX_DEPTH = 64;
    private static final int MAX_GIT_FILE_BYTES = 4096;

    /** @param home of the user; empty if it is not known */
    static WorkingTree of(Path directory, Optional<Path> home) {
        Path from = directory.normalize();
        for (int i = 0; i < from.getNameCount(); i++) {
            if (SCRATCH.contains(from.getName(i).toString()) && i > 0) {
                return new WorkingTree(from.getRoot().resolve(from.subpath(0, i)), true);
            }
        }
        @Nullable
        Path configured = null;
        @Nullable
        Path checkout = null;
        @Nullable
        Path project = null;
        boolean inARow = true;
        for (Path at : upwards(from, home)) {
            if (hasAny(at, CONFIGURED)) {
                configured = at;
            }
            boolean marked = hasAny(at, PROJECT);
            if (marked && (project == null || inARow)) {
                project = at;
            }
            inARow = project == null || marked;
            if (isCheckout(at)) {
                checkout = at;
                break;
            }
        }
        Path top = configured != null ? configured : checkout != null ? checkout : project;
        return top == null ? new WorkingTree(from, false) : new WorkingTree(top, true);
    }

    /** A directory and those above it, as far as one of them can be a tree. */
    private static List<Path> upwards(Path from, Optional<Path> home) {
        List<Path> all = new ArrayList<>();
        Path at = from;
        while (at != null && at.getNameCount() > 0 && all.size() < MAX_DEPTH) {
            Path now = at;
            if (home.filter(its -> its.startsWith(now)).isPresent()) {
                break;
            }
            all.add(now);
            at = now.getParent();
        }
        return all;
    }

    private static boolean hasAny(Path directory, List<String> names) {
        return names.stream().anyMatch(name -> Files.exists(directory.resolve(name)));
    }

    private static boolean isCheckout(Path directory) {
        Path git = directory.resolve(".git");
        return Files.isDirectory(git) || Files.isRegularFile(git) && !isSubmodule(git) || hasAny(directory, CHECKOUT);
    }

    /** A submodule belongs to the checkout around it; a further working tree of a repository is one of its own. */
    private static boolean isSubmodule(Path git) {
        try (var in = Files.newInputStream(git)) {
            return new String(in.readNBytes(MAX_GIT_FILE_BYTES), StandardCharsets.UTF_8).contains("/modules/");
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether a compile in {@code directory} belongs to it. */
    boolean contains(Path directory) {
        return marked ? directory.startsWith(top) : directory.equals(top);
    }

    /** What its build is called. */
    String name() {
        Path last = top.getFileName();
        return last == null ? "" : last.toString();
    }
}
