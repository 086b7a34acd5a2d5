package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.floe.toolchain.files.FileAccess;

/**
 * The default path of the dynamic linker: what {@code ld.so.conf} names, then the directories built into it.
 *
 * @param directories in the order in which they are searched
 * @param sources the configuration's files, and directories whose contents belong to it
 */
public record DynamicLinkerPath(List<Path> directories, List<Path> sources) {
    private static final int MAX_DEPTH = 10;

    public DynamicLinkerPath {
        directories = List.copyOf(directories);
        sources = List.copyOf(sources);
    }

    /** Those of the machine whose files these are. */
    public static DynamicLinkerPath of(FileAccess files) throws IOException {
        return read(files, Path.of("/etc/ld.so.conf"), List.of(Path.of("/lib"), Path.of("/usr/lib")));
    }

    static DynamicLinkerPath read(FileAccess files, Path configuration, List<Path> roots) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        Set<Path> sources = new LinkedHashSet<>();
        readInto(files, configuration, directories, sources, 0);
        for (Path root : roots) {
            directories.addAll(builtIn(files, root));
        }
        return new DynamicLinkerPath(List.copyOf(directories), List.copyOf(sources));
    }

    /** Distributions build in {@code /lib64} or, on Debian and its kin, {@code /lib/x86_64-linux-gnu}. */
    private static List<Path> builtIn(FileAccess files, Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        if (files.isDirectory(root)) {
            found.addAll(matches(files, root, "*-linux-{gnu,musl}*"));
        }
        found.add(root);
        found.add(root.resolveSibling(root.getFileName() + "64"));
        found.add(root.resolveSibling(root.getFileName() + "32"));
        return found;
    }

    private static void readInto(FileAccess files, Path file, Set<Path> directories, Set<Path> sources, int depth)
            throws IOException {
        if (depth > MAX_DEPTH || !files.isRegularFile(file) || !sources.add(file)) {
            return;
        }
        for (String line : Files.readAllLines(files.contents(files.real(file)))) {
            String text = line.replaceFirst("#.*", "").strip();
            if (text.startsWith("include ") || text.startsWith("include\t")) {
                Path pattern = file.resolveSibling(text.substring(8).strip());
                Path parent = pattern.getParent();
                if (parent != null && files.isDirectory(parent)) {
                    sources.add(parent);
                    for (Path included : matches(files, parent, String.valueOf(pattern.getFileName()))) {
                        readInto(files, included, directories, sources, depth + 1);
                    }
                }
            } else if (text.startsWith("/")) {
                directories.add(Path.of(text.replaceFirst("[=\\s].*", "")));
            }
        }
    }

    private static List<Path> matches(FileAccess files, Path directory, String glob) throws IOException {
        PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + glob);
        return files.list(directory).stream().filter(name -> matcher.matches(Path.of(name))).map(directory::resolve)
                .toList();
    }
}
