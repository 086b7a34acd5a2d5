package dev.floe.store.changes.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The mounts of this process, as {@code /proc/self/mountinfo} has them (proc_pid_mountinfo(5)): which file system lies
 * at which path, and where two states of the table differ.
 */
public record MountTable(Map<String, Set<String>> lines, Map<String, String> types) {
    static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final int FIRST_OPTIONAL = 6;
    private static final int OCTAL_DIGITS = 3;
    private static final int OCTAL = 8;

    /** Reads the table as it is now. */
    public static MountTable read() throws IOException {
        return parse(Files.readAllLines(FILE, StandardCharsets.ISO_8859_1));
    }

    /** @throws IOException if a line is not one of such a table */
    public static MountTable parse(List<String> text) throws IOException {
        Map<String, Set<String>> lines = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        for (String line : text) {
            String[] fields = line.split(" ", -1);
            int separator = FIRST_OPTIONAL;
            while (separator < fields.length && !fields[separator].equals("-")) {
                separator++;
            }
            if (separator + 1 >= fields.length) {
                throw new IOException("not a line of a mount table: " + line);
            }
            String point = plain(fields[MOUNT_POINT]);
            lines.computeIfAbsent(point, _ -> new HashSet<>()).add(line);
            types.put(point, fields[separator + 1]); // the last one lies on top
        }
        return new MountTable(lines, types);
    }

    /** The name of the file system that is mounted at this very path; null if none is. */
    @Nullable
    public String typeAt(String path) {
        return types.get(path);
    }

    /** The mount points whose lines are not the same in both tables. */
    public Set<String> differences(MountTable other) {
        Set<String> points = new HashSet<>();
        Set<String> all = new HashSet<>(lines.keySet());
        all.addAll(other.lines.keySet());
        for (String point : all) {
            if (!lines.getOrDefault(point, Set.of()).equals(other.lines.getOrDefault(point, Set.of()))) {
                points.add(point);
            }
        }
        return points;
    }

    /** White space and backslashes are written in octal; the bytes of a name are UTF-8. */
    private static String plain(String field) {
        StringBuilder bytes = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + OCTAL_DIGITS < field.length()) {
                bytes.append((char) Integer.parseInt(field.substring(i + 1, i + 1 + OCTAL_DIGITS), OCTAL));
                i += OCTAL_DIGITS;
            } else {
                bytes.append(c);
            }
        }
        return new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
