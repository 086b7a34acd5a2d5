package dev.floe.command.discovery.includes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The header search path that the compiler prints with {@code -v}.
 *
 * @param quoted        directories for quoted names alone, which are searched first
 * @param searched      directories for all names, in the order of the search
 * @param ignored       directories left out because they are missing or stand elsewhere in the list
 * @param installations directories in which clang found a gcc to borrow from
 * @param specs         files of specs that gcc has read
 * @param headerMaps    those of {@code searched} and {@code quoted} that clang calls header maps: files that say where
 *                      headers are
 */
public record HeaderSearchPath(List<Path> quoted, List<Path> searched, List<Path> ignored, List<Path> installations,
        List<Path> specs, List<Path> headerMaps) {
    private static final String CANDIDATE = "Found candidate GCC installation: ";
    private static final String SPECS = "Reading specs from ";
    private static final String FRAMEWORK = " (framework directory)";
    private static final String HEADER_MAP = " (headermap)";

    public HeaderSearchPath {
        quoted = List.copyOf(quoted);
        searched = List.copyOf(searched);
        ignored = List.copyOf(ignored);
        installations = List.copyOf(installations);
        specs = List.copyOf(specs);
        headerMaps = List.copyOf(headerMaps);
    }

    /** All directories in the order of the search, those for quoted names first. */
    public List<Path> all() {
        return Stream.concat(quoted.stream(), searched.stream()).toList();
    }

    /** Reads the compiler's messages; relative names are resolved against {@code cwd}. */
    public static HeaderSearchPath parse(String messages, Path cwd) {
        List<Path> quoted = new ArrayList<>();
        List<Path> searched = new ArrayList<>();
        List<Path> ignored = new ArrayList<>();
        List<Path> installations = new ArrayList<>();
        List<Path> specs = new ArrayList<>();
        List<Path> headerMaps = new ArrayList<>();
        List<Path> within = List.of();
        for (String line : messages.split("\n")) {
            if (line.startsWith("#include ") && line.contains("search starts here")) {
                within = line.startsWith("#include \"") ? quoted : searched;
            } else if (line.equals("End of search list.")) {
                within = List.of();
            } else if ((within == quoted || within == searched) && line.startsWith(" ")) {
                Path directory = cwd.resolve(without(FRAMEWORK, without(HEADER_MAP, line.substring(1))));
                within.add(directory);
                if (line.endsWith(HEADER_MAP)) {
                    headerMaps.add(directory);
                }
            } else if (line.startsWith("ignoring ") && line.indexOf('"') < line.lastIndexOf('"')) {
                ignored.add(cwd.resolve(line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'))));
            } else if (line.startsWith(CANDIDATE)) {
                installations.add(cwd.resolve(line.substring(CANDIDATE.length())));
            } else if (line.startsWith(SPECS)) {
                specs.add(cwd.resolve(line.substring(SPECS.length())));
            }
        }
        return new HeaderSearchPath(quoted, searched, ignored, installations, specs, headerMaps);
    }

    private static String without(String ending, String name) {
        return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
    }
}
