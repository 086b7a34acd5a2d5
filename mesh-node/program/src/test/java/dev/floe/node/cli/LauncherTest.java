package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start script gives to Java. */
class LauncherTest {
    private static final Path SCRIPTS = Path.of("../../scripts/lib");

    @TempDir
    private Path directory;

    /** The words that Java is called with, by an installation with a Java that prints them. */
    private List<String> words(String... arguments) throws Exception {
        Path home = Files.createDirectories(directory.resolve("lib/floe"));
        Files.copy(SCRIPTS.resolve("jdk.sh"), home.resolve("jdk.sh"));
        Path script = home.resolve("floe-java");
        Files.copy(SCRIPTS.resolve("floe-launcher.sh"), script);
        Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("java/release"), "JAVA_VERSION=\"25\"\n");
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        builder.environment().put("FLOE_JAVA", directory.resolve("java").toString());
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aNodeEndsWithoutMemoryAndReadsNoSerializedObjects() throws Exception {
        assertThat(words("node")).contains("-XX:+ExitOnOutOfMemoryError", "-Djdk.serialFilter=!*", "-Xmx512m");
    }

    @Test
    void aCommandReadsNoSerializedObjectsEither() throws Exception {
        assertThat(words("nodes", "a b")).contains("-Djdk.serialFilter=!*", "-Xmx128m", "a b");
    }

    @Test
    void theProgramItselfRefusesSerializedObjects() throws Exception {
        assertThat(probe()).isEqualTo("read");
        assertThat(probe("as the program")).isEqualTo("refused");
    }

    /** In a process of its own, because a filter is for ever. */
    private static String probe(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-cp",
                System.getProperty("java.class.path"), Probe.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Reads a serialized object, and says whether it could. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws Exception {
            if (arguments.length > 0) {
                Main.refuseSerializedObjects();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(new ArrayList<>(List.of("a")));
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                System.out.println(in.readObject() instanceof List ? "read" : "read something else");
            } catch (InvalidClassException e) {
                System.out.println("refused");
            }
        }
    }
}
