package dev.floe.node.cli.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.store.files.AtomicFiles;

/** Changes single keys of a configuration file, and leaves all other lines and comments as they are. */
record ConfigFileEditor(Path file) {
    /**
     * Turns a switch on or off.
     *
     * @return whether the file is different now
     * @throws IOException if the file cannot be read or written; the message names it
     */
    boolean setSwitch(String key, boolean on) throws IOException {
        List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of();
        List<String> after = new ArrayList<>(before);
        after.removeIf(line -> isKey(line, key));
        if (on) {
            int first = first(before, key);
            after.add(first < 0 ? after.size() : first, key);
        }
        if (after.equals(before)) {
            return false;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        String text = after.isEmpty() ? "" : String.join("\n", after) + "\n";
        AtomicFiles.writeDurably(file, text.getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static int first(List<String> lines, String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (isKey(lines.get(i), key)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isKey(String line, String key) {
        return line.replaceFirst("=.*", "").strip().equals(key);
    }
}
