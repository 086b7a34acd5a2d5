package dev.floe.command.proof;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Absolute paths as programs spell them. */
final class SpelledPaths {
    private SpelledPaths() {}

    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** Without those at the end; the root has one. */
    static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? "/" : path.substring(0, end);
    }

    /** The last names of paths, by what is before them; the paths are sorted, or this takes longer. */
    static Map<String, List<String>> byDirectory(Collection<String> paths) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        String last = "";
        List<String> lastNames = List.of();
        for (String path : paths) {
            if (isOfSandbox(path) || isOdd(path)) {
                continue;
            }
            int slash = path.lastIndexOf('/');
            if (slash != last.length() || !path.startsWith(last)) {
                last = path.substring(0, slash);
                lastNames = names.computeIfAbsent(slash == 0 ? "/" : last, _ -> new ArrayList<>());
            } else if (lastNames.isEmpty()) {
                lastNames = names.computeIfAbsent(slash == 0 ? "/" : last, _ -> new ArrayList<>());
            }
            lastNames.add(path.substring(slash + 1));
        }
        return names;
    }

    /** Whether the last part of a path is no name. */
    static boolean isOdd(String path) {
        return path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    }

    /** Whether the sandbox has files of its own there. */
    static boolean isOfSandbox(String path) {
        return isBelow(path, "/proc") || isBelow(path, "/dev");
    }

    private static boolean isBelow(String path, String directory) {
        return path.startsWith(directory)
                && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
    }
}
