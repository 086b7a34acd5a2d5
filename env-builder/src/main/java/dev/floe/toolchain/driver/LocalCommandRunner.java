package dev.floe.toolchain.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.floe.toolchain.locate.ToolchainFinder;

/** Runs commands as the user of this process. */
public final class LocalCommandRunner implements CommandRunner {
    private static final int MAX_OUTPUT_BYTES = 4 << 20;

    private final Duration timeout;

    /** @param timeout after which a command is killed */
    public LocalCommandRunner(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public CommandOutput run(List<String> argv) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectInput(new File("/dev/null")).directory(new File("/"));
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", ToolchainFinder.STANDARD_PATH);
        Process process = builder.start();
        try {
            CompletableFuture<String> output = read(process.getInputStream(), "output of " + argv.getFirst());
            CompletableFuture<String> errors = read(process.getErrorStream(), "errors of " + argv.getFirst());
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(String.join(" ", argv) + " did not end within " + timeout.toSeconds() + " s");
            }
            return new CommandOutput(process.exitValue(), output.get(), errors.get());
        } catch (ExecutionException e) {
            throw new IOException("cannot read the output of " + String.join(" ", argv), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + argv.getFirst() + " ran");
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream in, String name) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().name(name).start(() -> {
            try (in) {
                byte[] bytes = in.readNBytes(MAX_OUTPUT_BYTES);
                if (in.read() >= 0) {
                    throw new IOException("more than " + MAX_OUTPUT_BYTES + " bytes");
                }
                text.complete(new String(bytes, UTF_8));
            } catch (IOException | RuntimeException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }
}
