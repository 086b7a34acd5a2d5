package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Headers that include one another at random: under conditions, by macros, by {@code #include_next}, through links,
 * hidden by others.
 */
public final class IncludeGraph {
    private static final int HEADERS = 12;
    private static final List<String> DIRECTORIES = List.of("src", "first", "second", "quoted", "system", "after",
            "first/sub", "system/sub");
    /** How the directories are named to the compiler. */
    public static final List<String> SEARCH = List.of("-Ifirst", "-I", "second", "-iquote", "quoted", "-isystem",
            "system",
            "-idirafter", "after", "-I./linked", "-Imissing");

    private final Path root;
    private final Random random;

    public IncludeGraph(Path root, Random random) throws IOException {
        this.root = root;
        this.random = random;
        for (String directory : DIRECTORIES) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.createSymbolicLink(root.resolve("linked"), Path.of("second"));
        for (int i = 0; i < HEADERS * 2; i++) {
            write(root.resolve(directory()).resolve(name()), text());
        }
        write(root.resolve("src/main.c"), "#include \"h0.h\"\n" + text() + "int main;\n");
    }

    /** Options that name a macro for an inclusion, or not. */
    public List<String> definitions() {
        return switch (random.nextInt(3)) {
            case 0 -> List.of("-DGIVEN=<" + name() + ">");
            case 1 -> List.of("-D", "GIVEN=\"" + name() + "\"", "-DON2");
            default -> List.of("-DON1=1");
        };
    }

    /** Changes one thing. */
    public void edit() throws IOException {
        List<Path> headers;
        try (Stream<Path> all = Files.walk(root)) {
            headers = all.filter(path -> path.toString().endsWith(".h")).sorted().toList();
        }
        Path some = headers.get(random.nextInt(headers.size()));
        switch (random.nextInt(6)) {
            case 0 -> Files.delete(some);
            case 1 -> write(some, text());
            case 2 -> write(root.resolve(directory()).resolve(name()), text());
            case 3 -> link(root.resolve(directory()).resolve(name()), some);
            case 4 -> {
                Files.delete(root.resolve("linked"));
                Files.createSymbolicLink(root.resolve("linked"), Path.of(directory()));
            }
            default -> write(root.resolve("src/main.c"), text() + "int main;\n");
        }
    }

    private static void link(Path at, Path to) throws IOException {
        if (!at.equals(to)) {
            Files.createDirectories(at.getParent());
            Files.deleteIfExists(at);
            Files.createSymbolicLink(at, to);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
    }

    private String directory() {
        return DIRECTORIES.get(random.nextInt(DIRECTORIES.size()));
    }

    private String name() {
        return (random.nextInt(5) == 0 ? "sub/" : "") + "h" + random.nextInt(HEADERS) + ".h";
    }

    /** Some lines, each of which may include; a file that is missing is only asked for where there is one. */
    private String text() {
        List<String> lines = new ArrayList<>();
        String depth = "D" + random.nextInt(1_000_000);
        lines.add("#ifndef " + depth + "\n#define " + depth);
        for (int i = random.nextInt(4); i >= 0; i--) {
            String name = name();
            String there = "#if __has_include(<" + name + ">)\n";
            String quoted = "#if __has_include(\"" + name + "\")\n";
            lines.add(switch (random.nextInt(9)) {
                case 0 -> there + "#include <" + name + ">\n#endif";
                case 1 -> quoted + " # /* here */ include \"" + name + "\" // and on\n#endif";
                case 2 -> "#if __has_include_next(<" + name + ">)\n#include_next <" + name + ">\n#endif";
                case 3 -> there + "#define BY" + i + depth + " <" + name + ">\n#include BY" + i + depth + "\n#endif";
                case 4 -> "#ifdef ON" + random.nextInt(4) + "\n" + there + "%:include <" + name + ">\n#endif\n#endif";
                case 5 -> "#define ON" + random.nextInt(4) + " 1";
                case 6 -> quoted + "#define A" + depth + " B" + depth + "\n#define B" + depth + " \"" + name
                        + "\"\n#inc\\\nlude A" + depth + "\n#endif";
                case 7 -> "#ifdef GIVEN\n#include GIVEN\n#endif";
                default -> "/* #include <nowhere.h> */ // #include \"nowhere.h\"\nextern int x" + i + ";";
            });
        }
        lines.add("#endif");
        return String.join("\n", lines) + "\n";
    }
}
