package dev.floe.node.executor.sandbox;

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

/** The runner's report on a command that has ended: {@code exit=N signal=N user_us=N system_us=N maxrss_kb=N}. */
record RunnerReport(int exit, int signal, long userMicros, long systemMicros, long maxRssBytes) {
    static final String FILE = "status";

    private static final int MAX_BYTES = 1024;
    /** A job can write its report itself; figures are added and multiplied, so they must not be absurd. */
    private static final long MAX_FIGURE = 1L << 50;

    /** @return empty if the command did not end by itself */
    static Optional<RunnerReport> read(Path directory) throws IOException {
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
        return Optional
                .of(new RunnerReport(number(fields, "exit", -1).intValue(), number(fields, "signal", 0).intValue(),
                        figure(fields, "user_us"), figure(fields, "system_us"),
                        Math.min(MAX_FIGURE, figure(fields, "maxrss_kb") * 1024)));
    }

    /** The command can reach the file too, so it may be anything by now: a pipe, or a link to what never ends. */
    private static Optional<String> line(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static long figure(Map<String, Long> fields, String name) {
        return Math.clamp(number(fields, name, 0), 0, MAX_FIGURE);
    }

    private static Long number(Map<String, Long> fields, String name, long otherwise) {
        return fields.getOrDefault(name, otherwise);
    }
}
