package dev.floe.command.inputs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The files that the C library reads to tell local time. */
final class TimeZoneFiles {
    private static final Path ZONES = Path.of("/usr/share/zoneinfo");

    private TimeZoneFiles() {}

    static void add(Map<String, String> environment, InputTreeRecorder tree) throws IOException {
        String zone = environment.get("TZ");
        if (zone == null) {
            tree.add(Path.of("/etc/localtime"));
            return;
        }
        String name = zone.startsWith(":") ? zone.substring(1) : zone;
        tree.add(ZONES.resolve(name.isEmpty() ? "Universal" : name));
        tree.add(ZONES.resolve("posixrules"));
    }
}
