package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the runner says of a command that has ended: {@code exit=N signal=N user_us=N system_us=N maxrss_kb=N}. */
record Report(int exit, int signal, long userMicros, long systemMicros, long maxRssBytes) {
    static final String FILE = "status";

    /** @return empty if the command did not end by itself */
    static Optional<Report> read(Path directory) throws IOException {
        String line;
        try {
            line = Files.readString(directory.resolve(FILE)).strip();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        Map<String, Long> fields = new HashMap<>();
        for (String field : line.split(" ", -1)) {
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

    private static Long number(Map<String, Long> fields, String name, long otherwise) {
        return fields.getOrDefault(name, otherwise);
    }
}
