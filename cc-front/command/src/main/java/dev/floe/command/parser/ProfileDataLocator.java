package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Locates the profile of a source as gcc does. It is beside the output or the working directory, under the name of one
 * of them, or in a directory that {@code -fprofile-use=} or {@code -fprofile-dir=} names. There the path may be
 * mangled: {@code #} stands for a slash and {@code ^} for two dots. Which of these it is depends on its version, so all
 * are named.
 */
final class ProfileDataLocator {
    private static final String SUFFIX = ".gcda";

    private ProfileDataLocator() {}

    static Set<Path> candidates(Path cwd, String source, @Nullable Path output, Set<Path> directories) {
        Path bySource = cwd.resolve(Path.of(source).getFileName());
        Set<Path> candidates = new LinkedHashSet<>(directories);
        for (Path file : output == null ? List.of(bySource) : List.of(output, bySource)) {
            String name = stem(String.valueOf(file.getFileName()));
            candidates.add(file.resolveSibling(name + SUFFIX));
            for (Path directory : directories) {
                candidates.add(directory.resolve(name + SUFFIX));
                candidates.add(directory.resolve(mangled(file.resolveSibling(name)) + SUFFIX));
                candidates.add(directory.resolve(mangled(file.resolveSibling(name).normalize()) + SUFFIX));
                if (!file.startsWith(directory)) {
                    candidates.add(directory.resolve(cwd.relativize(file).resolveSibling(name + SUFFIX)));
                }
            }
        }
        return candidates;
    }

    private static String mangled(Path path) {
        StringBuilder mangled = new StringBuilder();
        for (Path part : path) {
            String name = part.toString();
            if (!name.equals(".")) {
                mangled.append('#').append(name.equals("..") ? "^" : name);
            }
        }
        return mangled.toString();
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
