package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import dev.floe.command.discovery.includes.InputTreeRecorder;

/** The files that the C library reads to tell local time. */
public final class TimeZoneFiles {
    private static final Path ZONES = Path.of("/usr/share/zoneinfo");

    private TimeZoneFiles() {}

    public static void add(Map<String, String> environment, InputTreeRecorder tree) throws IOException {
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
