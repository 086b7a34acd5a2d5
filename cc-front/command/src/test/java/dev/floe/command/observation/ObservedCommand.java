package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command that runs with the observer, in a small environment. */
final class ObservedCommand {
    private final Path directory;
    private final List<String> words;
    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"));

    ObservedCommand(Path directory, String... words) {
        this.directory = directory;
        this.words = List.of(words);
    }

    ObservedCommand with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    record Outcome(int code, String output, Path record) {
        Observation observation() throws IOException {
            return ObservationReader.read(record);
        }
    }

    /** The library for programs of this ELF machine and class. */
    static Path library(int machine, int elfClass) {
        ObserverLibrary library = ObserverLibrary.forElf(machine, elfClass).orElseThrow();
        return Path.of(System.getProperty("floe.observers"), library.fileName());
    }

    /** The library for a program. */
    static Path libraryFor(Path program) throws IOException {
        byte[] header = new byte[20];
        try (var file = Files.newInputStream(program)) {
            assertThat(file.readNBytes(header, 0, header.length)).isEqualTo(header.length);
        }
        return library(header[18] & 0xff, header[4]);
    }

    Outcome run() throws IOException, InterruptedException {
        return runWith("", libraryFor(Path.of("/bin/sh")).toString());
    }

    /** With a record in the directory and LD_PRELOAD, or what an emulator takes for such settings. */
    Outcome runWith(String emulator, String preload) throws IOException, InterruptedException {
        Path observed = Files.createTempDirectory(directory, "observed");
        Path output = Files.createTempFile(directory, "output", "");
        List<String> line = new ArrayList<>();
        if (!emulator.isEmpty()) {
            line.addAll(List.of(emulator.split(" ")));
            line.addAll(List.of("-E", "FLOE_OBSERVE=" + observed, "-E", "LD_PRELOAD=" + preload));
        }
        line.addAll(words);
        var builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        if (emulator.isEmpty()) {
            builder.environment().put("FLOE_OBSERVE", observed.toString());
            builder.environment().put("LD_PRELOAD", preload);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        int code = process.waitFor();
        return new Outcome(code, Files.readString(output, StandardCharsets.ISO_8859_1), observed.resolve("record"));
    }
}
