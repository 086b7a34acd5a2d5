package dev.floe.toolchain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Validates that a list of entries can be unpacked anywhere without harm. Since every parent is a directory of the same
 * list, nothing is ever written through a link; since every link ends at an entry of the list, as seen with the tree as
 * the root, nothing leads out of it.
 */
final class ToolchainTreeValidator {
    static final int MAX_PATH_CHARS = 1024;
    static final int MAX_DEPTH = 40;
    private static final int MAX_HOPS = 40;

    private final Map<String, ToolchainEntry> byPath = new HashMap<>();

    private ToolchainTreeValidator() {}

    /** @throws IllegalArgumentException that names the entry and what is wrong with it */
    static void check(List<ToolchainEntry> entries) {
        ToolchainTreeValidator rules = new ToolchainTreeValidator();
        rules.checkPaths(entries);
        for (ToolchainEntry entry : entries) {
            switch (entry) {
                case ToolchainEntry.FileEntry file -> checkMode(file);
                case ToolchainEntry.LinkEntry link -> rules.checkLink(link);
                case ToolchainEntry.DirectoryEntry _ -> {
                    // a directory has nothing but its path
                }
            }
        }
    }

    private void checkPaths(List<ToolchainEntry> entries) {
        Set<String> folded = new HashSet<>();
        String last = "";
        for (ToolchainEntry entry : entries) {
            String path = entry.path();
            checkPath(path);
            if (path.compareTo(last) <= 0) {
                throw refuse(path, "is listed twice or out of order");
            }
            if (!folded.add(path.toLowerCase(Locale.ROOT))) {
                throw refuse(path, "differs from another entry in case only");
            }
            int slash = path.lastIndexOf('/');
            if (slash >= 0 && !(byPath.get(path.substring(0, slash)) instanceof ToolchainEntry.DirectoryEntry)) {
                throw refuse(path, "lies in something that is not a directory of the toolchain");
            }
            byPath.put(path, entry);
            last = path;
        }
    }

    private static void checkPath(String path) {
        if (path.length() > MAX_PATH_CHARS) {
            throw refuse(path.substring(0, 80) + "...", "is longer than " + MAX_PATH_CHARS + " characters");
        }
        checkCharacters(path, path);
        List<String> names = List.of(path.split("/", -1));
        if (names.size() > MAX_DEPTH) {
            throw refuse(path, "lies deeper than " + MAX_DEPTH + " directories");
        }
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw refuse(path, "is not a plain path below the root");
            }
        }
    }

    private static void checkCharacters(String path, String text) {
        if (text.isEmpty() || text.length() > MAX_PATH_CHARS
                || text.chars().anyMatch(
                        c -> c < ' ' || c == 0x7f || c == '\\' || c == '\uFFFD' || Character.isSurrogate((char) c))) {
            throw refuse(path, "has a name or target that is empty, too long, or holds control characters");
        }
    }

    private static void checkMode(ToolchainEntry.FileEntry file) {
        if (file.mode() != ToolchainEntry.FileEntry.PROGRAM && file.mode() != ToolchainEntry.FileEntry.DATA) {
            throw refuse(file.path(),
                    "has mode " + Integer.toOctalString(file.mode()) + "; only 755 and 644 are allowed");
        }
    }

    private void checkLink(ToolchainEntry.LinkEntry link) {
        checkCharacters(link.path(), link.target());
        Deque<String> ahead = new ArrayDeque<>(List.of(link.path().split("/")));
        List<String> behind = new ArrayList<>();
        int hops = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.equals("..")) {
                if (behind.isEmpty()) {
                    throw refuse(link.path(), "leads out of the toolchain: " + link.target());
                }
                behind.removeLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                behind.add(name);
            }
            switch (behind.isEmpty() ? new ToolchainEntry.DirectoryEntry("") : byPath.get(String.join("/", behind))) {
                case ToolchainEntry.LinkEntry next -> {
                    if (++hops > MAX_HOPS) {
                        throw refuse(link.path(), "goes in a circle");
                    }
                    follow(next, behind, ahead);
                }
                case ToolchainEntry.FileEntry _ -> {
                    if (!ahead.isEmpty()) {
                        throw refuse(link.path(), "leads through a file: " + link.target());
                    }
                }
                case ToolchainEntry.DirectoryEntry _ -> {
                    // go on
                }
                case null -> throw refuse(link.path(), "leads out of the toolchain: " + link.target());
            }
        }
    }

    private static void follow(ToolchainEntry.LinkEntry link, List<String> behind, Deque<String> ahead) {
        behind.removeLast();
        if (link.target().startsWith("/")) {
            behind.clear();
        }
        List.of(link.target().split("/")).reversed().forEach(ahead::push);
    }

    private static IllegalArgumentException refuse(String path, String why) {
        return new IllegalArgumentException("toolchain entry " + path + " " + why);
    }
}
