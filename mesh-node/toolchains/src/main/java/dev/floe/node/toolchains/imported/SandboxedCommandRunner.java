package dev.floe.node.toolchains.imported;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.content.ContentStore;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.driver.CommandOutput;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.locate.ToolchainFinder;

/** Asks compilers in the sandbox, where they see nothing but their own toolchain. */
public final class SandboxedCommandRunner {
    private static final int UMASK = 022;
    /** gcc wants one place in which it does not find stdc-predef.h, and an environment need not have any. */
    private static final String SOME_DIRECTORY = "CPATH=/";
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final long MAX_BYTES = 4 << 20;

    private final LocalSandbox sandbox;
    private final ContentStore store;
    private final JobLimits limits;
    private final Path directory;
    private final AtomicInteger next = new AtomicInteger();

    /** @param directory for the trees of commands, in the file system of the store */
    public SandboxedCommandRunner(LocalSandbox sandbox, ContentStore store, JobLimits limits, Path directory) {
        this.sandbox = sandbox;
        this.store = store;
        this.limits = new JobLimits(limits.memoryBytes(), MAX_BYTES, MAX_BYTES, limits.processes(), LONGEST);
        this.directory = directory;
    }

    /** Makes the directory, and removes what an earlier process has left there. */
    public void start() throws IOException {
        TreeDeleter.delete(directory);
        Files.createDirectories(directory);
    }

    /** @throws IOException if this machine has no sandbox; says why */
    Sandbox usable() throws IOException {
        return switch (sandbox.availability()) {
            case Sandbox.Availability.Available(Sandbox usable) -> usable;
            case Sandbox.Availability.Unavailable(String why) ->
                throw new IOException("compilers of an environment run in the sandbox only, and there is none: " + why);
        };
    }

    /** Runs programs of a toolchain, by their paths in it. */
    public CommandRunner with(LocalToolchain toolchain) {
        return argv -> run(toolchain, argv, ToolchainFinder.STANDARD_PATH);
    }

    /** Likewise, with a {@code PATH} that leads nowhere. */
    CommandRunner withoutPath(LocalToolchain toolchain) {
        return argv -> run(toolchain, argv, "/nowhere");
    }

    private CommandOutput run(LocalToolchain toolchain, List<String> argv, String searchPath) throws IOException {
        Path place = directory.resolve(Integer.toString(next.incrementAndGet()));
        try {
            Offer offer = new Offer("question", "", argv.getFirst(), argv, "/",
                    List.of("PATH=" + searchPath, "LC_ALL=C", SOME_DIRECTORY), UMASK, toolchain.toolchain().id().hex(),
                    List.of(),
                    List.of(), 0, 0, "", false, "", false);
            CommandReplay.ReplayResult said = new CommandReplay(usable(), limits, place).run(toolchain, offer, store);
            return new CommandOutput(said.exit(), text(said.output()), text(said.error()));
        } finally {
            TreeDeleter.delete(place);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
