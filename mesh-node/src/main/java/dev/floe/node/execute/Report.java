package dev.floe.node.execute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the runner says of a command that has ended: {@code exit=N signal=N user_us=N system_us=N maxrss_kb=N}. */
record Report(int exit, int signal, long userMicros, long systemMicros, long maxRssBytes) {
    static final String FILE = "status";

    private static final int MOST_BYTES = 1024;

    /** @return empty if the command did not end by itself */
    static Optional<Report> read(Path directory) throws IOException {
        Optional<String> line = line(directory.resolve(FILE));
        if (line.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Long> fields = new HashMap<>();
        for (String field : line.get().split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                return Optional.empty();
            }
            try {
                fields.put(field.substring(0, equals), Long.parseLong(field.substring(equals + 1)));
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }
        return Optional.of(new Report(number(fields, "exit", -1).intValue(), number(fields, "signal", 0).intValue(),
                number(fields, "user_us", 0), number(fields, "system_us", 0), number(fields, "maxrss_kb", 0) * 1024));
    }

    /** The command can reach the file too, so it may be anything by now: a pipe, or a link to what never ends. */
    private static Optional<String> line(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static Long number(Map<String, Long> fields, String name, long otherwise) {
        return fields.getOrDefault(name, otherwise);
    }
}
