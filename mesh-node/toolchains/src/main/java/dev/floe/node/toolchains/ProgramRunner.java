package dev.floe.node.toolchains;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.floe.command.ProcessOutput;

/** Runs programs as the user of this node. */
public final class ProgramRunner {
    private static final long MAX_SECONDS = 60;

    private ProgramRunner() {}

    /** @throws IOException if it cannot be run or does not end within a minute */
    public static ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        Path output = Files.createTempFile("floe-", ".out");
        Path error = Files.createTempFile("floe-", ".err");
        try {
            List<String> command = new ArrayList<>(argv);
            command.set(0, program.toString());
            ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile()).redirectError(error.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException(program + " does not end");
                }
            } finally {
                process.destroyForcibly();
            }
            return new ProcessOutput(process.exitValue(), Files.readAllBytes(output), Files.readAllBytes(error));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(error);
        }
    }
}
