package dev.floe.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sources and a makefile that compiles them through the mesh. */
final class Project {
    private final Path directory;
    private final String compiler;
    private int serial;

    /** @param compiler words of the command line before the options, without quotes */
    Project(Path directory, String compiler) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.compiler = compiler;
    }

    /** Writes so many sources of about the same weight, none of which was compiled before. */
    List<String> write(String name, int count) throws IOException {
        serial++;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder("#include <stdio.h>\n#include <string.h>\n");
            for (int f = 0; f < 25; f++) {
                text.append("int f").append(serial).append('_').append(i).append('_').append(f)
                        .append("(int x) { for (int i = 0; i < x; ++i) x ^= i * ").append(17 + f).append("; return printf(\"%d\", x); }\n");
            }
            names.add(name + "_" + i + ".c");
            Files.writeString(directory.resolve(names.getLast()), text);
        }
        return names;
    }

    /** Begins to compile all of them, so many at once. */
    Process make(List<String> sources, int jobs) throws IOException {
        Path makefile = directory.resolve("Makefile." + serial);
        String objects = String.join(" ", sources.stream().map(name -> name.replaceAll("c$", "o")).toList());
        Files.writeString(makefile, "all: " + objects + "\n%.o: %.c\n\t" + compiler + " -O2 -c $< -o $@\n");
        return new ProcessBuilder("make", "-s", "-j" + jobs, "-f", makefile.toString(), "all").directory(directory.toFile())
                .redirectErrorStream(true).redirectOutput(directory.resolve("make." + serial).toFile()).start();
    }

    /** Compiles one source of any name. */
    void compile(String name, String text) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(name), text);
        List<String> words = new ArrayList<>(List.of(compiler.split(" ")));
        words.addAll(List.of("-c", name, "-o", "one.o"));
        finish(new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("one.out").toFile()).start());
    }

    static void finish(Process process) throws InterruptedException {
        if (process.waitFor() != 0) {
            throw new AssertionError("the build has failed with " + process);
        }
    }
}
