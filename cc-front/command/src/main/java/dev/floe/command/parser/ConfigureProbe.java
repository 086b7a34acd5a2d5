package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Recognizes the small compiles by which a build is configured. They run one after the other, take some milliseconds,
 * and many are meant to fail, so that a peer can only make them slower. distcc and icecream keep autoconf's local too.
 */
public final class ConfigureProbe {
    /** The reason for the user. */
    public static final String REASON = "a probe of the build's configuration";

    /** What kbuild compiles to learn whether an option is known. */
    private static final Path EMPTY = Path.of("/dev/null");
    /** Autoconf, and Python's distutils; without the suffix of the language. */
    private static final Set<String> SOURCES = Set.of("conftest", "_configtest");
    /** CMake (up to 3.24, and since), Meson, SCons. */
    private static final List<Path> DIRECTORIES = List.of(Path.of("CMakeFiles/CMakeTmp"),
            Path.of("CMakeFiles/CMakeScratch"), Path.of("meson-private"), Path.of(".sconf_temp"));
    private static final String WAF_PREFIX = ".conf_check_";
    private static final String CMAKE_COMPILER_ID = "CompilerId";

    private ConfigureProbe() {}

    /**
     * Whether a compile is a probe, by the names that configuring tools give to what they try. A compile of nothing is
     * one, too.
     *
     * @param source absolute
     * @param cwd where the compile runs; CMake compiles some probes of its own installation in a scratch directory
     */
    public static boolean isProbe(Path source, Path cwd) {
        String name = String.valueOf(source.getFileName());
        int dot = name.lastIndexOf('.');
        return source.equals(EMPTY) || SOURCES.contains(dot < 0 ? name : name.substring(0, dot)) || isScratch(source)
                || isScratch(cwd);
    }

    private static boolean isScratch(Path path) {
        for (int i = 0; i < path.getNameCount(); i++) {
            Path rest = path.subpath(i, path.getNameCount());
            String first = rest.getName(0).toString();
            if (first.startsWith(WAF_PREFIX) || DIRECTORIES.stream().anyMatch(rest::startsWith) || isCompilerId(rest)) {
                return true;
            }
        }
        return false;
    }

    /** Such as {@code CMakeFiles/3.25.1/CompilerIdC}. */
    private static boolean isCompilerId(Path rest) {
        return rest.getNameCount() >= 3 && rest.startsWith("CMakeFiles")
                && rest.getName(2).toString().startsWith(CMAKE_COMPILER_ID);
    }
}
