package dev.floe.command.wrapper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory with a copy of floe-cc, a working directory, and the programs that the tests wrap. */
final class Workshop {
    private final Path root;
    private final Path work;
    private final Path floe;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> before = new ArrayList<>();
    private int runs;

    Workshop(Path root) throws IOException {
        this.root = root;
        work = Files.createDirectory(root.resolve("work"));
        floe = Files.copy(Path.of(System.getProperty("floe.cc")), root.resolve("floe-cc"));
        for (Path path : List.of(root, work))
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("FLOE_SOCKET", root.resolve("node.sock").toString());
    }

    Path work() {
        return work;
    }

    Path root() {
        return root;
    }

    Path floe() {
        return floe;
    }

    ScriptedNode node() throws IOException {
        return new ScriptedNode(root.resolve("node.sock"));
    }

    Workshop with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Workshop without(String name) {
        environment.remove(name);
        return this;
    }

    /** Runs what follows through a command such as {@code env} or {@code setpriv}. */
    Workshop through(String... command) {
        before.addAll(List.of(command));
        return this;
    }

    String path() {
        return environment.getOrDefault("PATH", "");
    }

    Path write(String name, String contents) throws IOException {
        return Files.writeString(work.resolve(name), contents);
    }

    /** A directory under the root, for PATH. */
    Path directory(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    /** floe-cc built again, such that memory errors and undefined behaviour end it. */
    static Path buildChecked(Path directory) throws IOException, InterruptedException {
        String sanitize = "-fsanitize=address,undefined -fno-sanitize-recover=all";
        int code = new ProcessBuilder("make", "--silent", "-C", "src/main/c", "OUT=" + directory,
                directory + "/floe-cc",
                "HARDENING=" + sanitize,
                "LDFLAGS=" + sanitize).inheritIO().start().waitFor();
        assertThat(code).as("make's exit code").isZero();
        return directory.resolve("floe-cc");
    }

    /** Compiles one of the programs of src/test/c to this path. */
    static Path build(String source, Path program) throws IOException, InterruptedException {
        int code = new ProcessBuilder("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program.toString(),
                "src/test/c/" + source)
                .inheritIO().start().waitFor();
        assertThat(code).as("gcc's exit code").isZero();
        return program;
    }

    Running start(String... command) throws IOException {
        var line = new ArrayList<>(before);
        line.addAll(List.of(command));
        Path out = root.resolve("out." + runs);
        Path err = root.resolve("err." + runs++);
        var builder = new ProcessBuilder(line).directory(work.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Running(process, out, err);
    }

    Running floe(String... arguments) throws IOException {
        return start(Stream.concat(Stream.of(floe.toString()), Stream.of(arguments)).toArray(String[]::new));
    }

    Running shell(String script) throws IOException {
        return start("/bin/sh", "-c", script);
    }

    List<String> names() throws IOException {
        try (var files = Files.list(work)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    record Running(Process process, Path out, Path err) {
        /** Waits for it; what it wrote has a character for each byte. */
        Ended end() throws IOException, InterruptedException {
            int code = process.waitFor();
            return new Ended(code, Files.readString(out, ISO_8859_1), Files.readString(err, ISO_8859_1));
        }

        void signal(String name) throws IOException, InterruptedException {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start()
                    .waitFor();
            assertThat(code).as("kill's exit code").isZero();
        }
    }

    record Ended(int code, String out, String err) {
        List<String> lines(String kind) {
            return out.lines().filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length() + 1)).toList();
        }
    }
}
