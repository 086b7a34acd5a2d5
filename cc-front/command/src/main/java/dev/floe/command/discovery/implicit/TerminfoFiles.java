package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.floe.command.discovery.includes.InputTreeRecorder;

/** The description of a terminal that clang looks up to learn whether it has colours. */
public final class TerminfoFiles {
    private static final List<String> DATABASES = List.of("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo",
            "/usr/lib/terminfo");

    private TerminfoFiles() {}

    public static void add(Map<String, String> environment, Path cwd, InputTreeRecorder tree) throws IOException {
        String name = environment.getOrDefault("TERM", "");
        if (name.isEmpty() || name.contains("/")) {
            return;
        }
        List<String> databases = new ArrayList<>(DATABASES);
        for (String variable : List.of("TERMINFO", "TERMINFO_DIRS")) {
            databases.addAll(List.of(environment.getOrDefault(variable, "").split(":")));
        }
        databases.removeIf(String::isEmpty);
        for (String database : databases) {
            Path directory = cwd.resolve(database);
            tree.add(directory.resolve(name.substring(0, 1)).resolve(name));
            tree.add(directory.resolve(Integer.toHexString(name.charAt(0))).resolve(name));
        }
    }
}
