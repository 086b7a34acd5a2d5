package dev.floe.node.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The default paths on this machine: for root the system's, for others those of the XDG base directories. */
public final class DefaultPaths {
    private static final Map<String, String> ENVIRONMENT = System.getenv();
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private DefaultPaths() {}

    public static boolean isRoot() {
        return ROOT;
    }

    public static Path meshKey() {
        return named("FLOE_MESH_KEY", ROOT ? Path.of("/etc/floe") : home("XDG_CONFIG_HOME", ".config").resolve("floe"),
                "mesh.key");
    }

    /** The configuration file of a node. */
    public static Path configuration() {
        return named("FLOE_CONFIG", ROOT ? Path.of("/etc/floe") : home("XDG_CONFIG_HOME", ".config").resolve("floe"),
                "floe.conf");
    }

    public static Path data() {
        return named("FLOE_DATA_DIR", ROOT ? Path.of("/var/lib") : home("XDG_DATA_HOME", ".local/share"), "floe");
    }

    /** Where a node of this user listens; the wrapper looks there too. */
    public static Path socket() {
        String runtime = ENVIRONMENT.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            return Path.of(runtime, "floe/node.sock");
        }
        if (ROOT) {
            return Path.of("/run/floe/node.sock");
        }
        Path run = Path.of("/run/user", Long.toString(userId()));
        return (Files.isDirectory(run) ? run : wrappersData()).resolve("floe/node.sock");
    }

    /** Where data are as the wrapper sees it, which asks the environment before the user database. */
    private static Path wrappersData() {
        String home = ENVIRONMENT.getOrDefault("HOME", "");
        return ENVIRONMENT.getOrDefault("XDG_DATA_HOME", "").isEmpty() && !home.isEmpty()
                ? Path.of(home, ".local/share")
                : home("XDG_DATA_HOME", ".local/share");
    }

    /** The socket of a node that runs: this user's, otherwise the system's. */
    static Path runningSocket() {
        Path mine = socket();
        Path inHome = Path.of(System.getProperty("user.home", "/"), ".local/share/floe/node.sock");
        Path system = Path.of("/run/floe/node.sock");
        if (!Files.exists(mine) && !ROOT && Files.exists(inHome)) {
            return inHome; // HOME is another than the user database has, as in the builds of debhelper
        }
        return !Files.exists(mine) && Files.exists(system) ? system : mine;
    }

    /** The installed wrapper. */
    public static Path wrapper() {
        return Optional.ofNullable(System.getProperty("floe.home"))
                .map(home -> Path.of(home, "../../bin/floe-cc").normalize())
                .orElse(Path.of("floe-cc"));
    }

    /** The script of the installation that makes the links named as this machine's compilers. */
    public static Optional<Path> compilerLinks() {
        return Optional.ofNullable(System.getProperty("floe.home")).map(home -> Path.of(home, "update-compilers"));
    }

    /** The program {@code floe} of the installation. */
    public static Path program() {
        return wrapper().resolveSibling("floe");
    }

    /** The number of the user of this process; -1 if it is not known. */
    public static long userId() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException | RuntimeException _) {
            return -1;
        }
    }

    /** What a variable names, otherwise a name in a directory. */
    private static Path named(String variable, Path directory, String name) {
        String set = ENVIRONMENT.getOrDefault(variable, "");
        return set.isEmpty() ? directory.resolve(name) : Path.of(set);
    }

    private static Path home(String variable, String otherwise) {
        String set = ENVIRONMENT.getOrDefault(variable, "");
        return set.isEmpty() ? Path.of(System.getProperty("user.home", "/"), otherwise) : Path.of(set);
    }
}
