package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the dynamic linker looks of itself: what {@code ld.so.conf} names, then the directories built into it.
 *
 * @param directories in the order in which they are searched
 * @param sources the configuration's files, and directories whose contents belong to it
 */
public record LinkerDirectories(List<Path> directories, List<Path> sources) {
    private static final int MAX_DEPTH = 10;

    public LinkerDirectories {
        directories = List.copyOf(directories);
        sources = List.copyOf(sources);
    }

    /** Those of this machine. */
    public static LinkerDirectories ofThisMachine() throws IOException {
        return read(Path.of("/etc/ld.so.conf"), List.of(Path.of("/lib"), Path.of("/usr/lib")));
    }

    static LinkerDirectories read(Path configuration, List<Path> roots) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        Set<Path> sources = new LinkedHashSet<>();
        readInto(configuration, directories, sources, 0);
        for (Path root : roots) {
            directories.addAll(builtIn(root));
        }
        return new LinkerDirectories(List.copyOf(directories), List.copyOf(sources));
    }

    /** Distributions build in {@code /lib64} or, on Debian and its kin, {@code /lib/x86_64-linux-gnu}. */
    private static List<Path> builtIn(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(root)) {
            found.addAll(matches(root, "*-linux-{gnu,musl}*"));
        }
        found.add(root);
        found.add(root.resolveSibling(root.getFileName() + "64"));
        found.add(root.resolveSibling(root.getFileName() + "32"));
        return found;
    }

    private static void readInto(Path file, Set<Path> directories, Set<Path> sources, int depth) throws IOException {
        if (depth > MAX_DEPTH || !Files.isRegularFile(file) || !sources.add(file)) {
            return;
        }
        for (String line : Files.readAllLines(file)) {
            String text = line.replaceFirst("#.*", "").strip();
            if (text.startsWith("include ") || text.startsWith("include\t")) {
                Path pattern = file.resolveSibling(text.substring(8).strip());
                Path parent = pattern.getParent();
                if (parent != null && Files.isDirectory(parent)) {
                    sources.add(parent);
                    for (Path included : matches(parent, String.valueOf(pattern.getFileName()))) {
                        readInto(included, directories, sources, depth + 1);
                    }
                }
            } else if (text.startsWith("/")) {
                directories.add(Path.of(text.replaceFirst("[=\\s].*", "")));
            }
        }
    }

    private static List<Path> matches(Path directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        }
        found.sort(null);
        return found;
    }
}
