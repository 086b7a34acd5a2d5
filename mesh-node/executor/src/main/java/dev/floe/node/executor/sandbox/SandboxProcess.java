package dev.floe.node.executor.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The outermost process of a sandbox (cc-front/wrapper/src/main/c/contain.c). It ends when no process of the job is
 * left, and not before; while its standard input is open the result is wanted.
 */
public final class SandboxProcess {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int ABORTED = 3;
    private static final int MAX_MESSAGE_BYTES = 4096;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    /**
     * Killing takes milliseconds; a process that the kernel cannot end, for example on a dead disk, must not hold the
     * job for ever.
     */
    private static final long MAX_KILL_SECONDS = 30;

    private final Process process;
    private final Path errors;

    private SandboxProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts the process and sends it the scratch plan.
     *
     * @param errors file that receives the messages of the process itself
     */
    static SandboxProcess start(ProcessBuilder builder, byte[] plan, Path errors) throws IOException {
        builder.environment().clear();
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(errors.toFile())
                .start();
        try {
            OutputStream in = process.getOutputStream();
            in.write((plan.length + "\0").getBytes(StandardCharsets.US_ASCII));
            in.write(plan);
            in.flush();
        } catch (IOException _) {
            // It ended early; await() reads why.
        }
        return new SandboxProcess(process, errors);
    }

    /** The process and what it has started; the job's own processes are among its descendants. */
    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Ends the job, whatever it is doing; from any thread, any number of times. Does not wait. */
    public void abort() {
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // The process has ended.
        }
    }

    /**
     * Waits until no process of the job is left.
     *
     * @throws IOException if the job takes longer than {@code limit}, was aborted, or could not be run
     */
    void await(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                abort();
                if (!process.waitFor(MAX_KILL_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly(); // the kernel ends the job with it
                }
                throw new TimeLimitException("the command ran longer than " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a command ran", e);
        } finally {
            abort();
        }
        switch (process.exitValue()) {
            case DONE -> {
            }
            case ABORTED -> throw new IOException("the command was ended by this node");
            case FAILED -> throw new IOException("the sandbox failed: " + message(errors));
            default -> throw new IOException("the sandbox was killed");
        }
    }

    /** Whether the process has said itself that no process of the job is left. */
    public boolean endedOrderly() {
        return !process.isAlive() && switch (process.exitValue()) {
            case DONE, FAILED, ABORTED -> true;
            default -> false;
        };
    }

    /** The first bytes of a text that may be long and may be the job's; on one line, because it goes to the log. */
    public static String message(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_MESSAGE_BYTES), StandardCharsets.UTF_8).strip();
            return CONTROL.matcher(text).replaceAll(" ");
        }
    }
}
