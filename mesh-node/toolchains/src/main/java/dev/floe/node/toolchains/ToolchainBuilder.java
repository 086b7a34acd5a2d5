package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigestCache;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.driver.CommandOutput;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.LocalCommandRunner;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.locate.FoundToolchain;
import dev.floe.toolchain.locate.ToolchainFinder;

/** Builds toolchains: finds and packs a compiler, puts it into the toolchain store, and runs its self-test. */
final class ToolchainBuilder {
    private static final Logger LOG = LogManager.getLogger(ToolchainBuilder.class);
    private static final Duration MAX_QUESTION = Duration.ofSeconds(20);
    private static final int MAX_WAITS = 5;
    private static final Path ROOT = Path.of("/");

    private final Path directory;
    private final Path callers;
    private final ToolchainStore toolchainStore;
    private final ToolchainSelfTest selfTest;
    private final InstantSource clock;

    /** @param directory for archives while they are made, in the file system of the toolchain store */
    ToolchainBuilder(Path directory, ToolchainStore toolchainStore, ToolchainSelfTest selfTest, InstantSource clock) {
        this.directory = directory;
        this.callers = directory.resolve("callers");
        this.toolchainStore = toolchainStore;
        this.selfTest = selfTest;
        this.clock = clock;
    }

    /** Makes the directories, and removes what an earlier process has left. */
    void start() throws IOException {
        Files.createDirectories(directory);
        TreeDeleter.delete(callers);
        Files.createDirectories(callers);
    }

    /** What became of a compiler. */
    sealed interface BuildOutcome {
        record UsableToolchain(FoundToolchain found, long archiveBytes) implements BuildOutcome {}

        record UnusableToolchain(String reason) implements BuildOutcome {}
    }

    /** Where files to be packed are, and how commands are run there. */
    private record CompilerHost(CommandRunner runner, FileAccess files) {}

    /** Opens a place again: what it remembers of files must not outlive one search. */
    @FunctionalInterface
    private interface CompilerHostOpener {
        CompilerHost open() throws IOException;
    }

    /** Tries a toolchain out; says what differs. */
    @FunctionalInterface
    private interface SelfTest {
        Optional<String> run(LocalToolchain held, List<Path> drivers) throws IOException;
    }

    /** Makes the toolchain of a compiler of this node. */
    BuildOutcome make(Path real) throws IOException {
        return make(real, () -> new CompilerHost(new LocalCommandRunner(MAX_QUESTION), FileAccess.LOCAL),
                selfTest::run);
    }

    /**
     * Makes the toolchain of a caller's compiler, from the files that the caller sees.
     *
     * @throws IOException if the caller does not answer
     */
    BuildOutcome make(Path real, HostAccess caller) throws IOException {
        Path copies = Files.createTempDirectory(callers, "");
        try {
            return make(real, () -> {
                TreeDeleter.delete(copies);
                return new CompilerHost(commands(caller), new CallerFiles(caller, Files.createDirectory(copies)));
            }, (held, drivers) -> selfTest.run(held, drivers, caller));
        } finally {
            TreeDeleter.delete(copies);
        }
    }

    private static CommandRunner commands(HostAccess caller) {
        return argv -> {
            ProcessOutput output = caller.run(Path.of(argv.getFirst()), argv, Path.of("/"),
                    Map.of("LC_ALL", "C", "PATH", ToolchainFinder.STANDARD_PATH));
            return new CommandOutput(output.exitCode(), text(output.stdout()), text(output.stderr()));
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private BuildOutcome make(Path real, CompilerHostOpener opener, SelfTest trial)
            throws WrapperDisconnectedException {
        long start = System.nanoTime();
        try {
            CompilerHost place = opener.open();
            FoundToolchain found = new ToolchainFinder(place.runner(), place.files()).find(real);
            for (int waits = 0; waits < MAX_WAITS && isUnsettled(found); waits++) {
                LockSupport.parkNanos(FileDigestCache.SETTLING.toNanos());
                place = opener.open();
                found = new ToolchainFinder(place.runner(), place.files()).find(real);
            }
            return keep(real, found, place.files(), trial, start);
        } catch (UnsupportedCompilerException e) {
            return new BuildOutcome.UnusableToolchain(e.reason());
        } catch (WrapperDisconnectedException e) {
            throw e; // says nothing about the compiler
        } catch (NoSuchFileException e) {
            return new BuildOutcome.UnusableToolchain(e.getFile() + " is missing");
        } catch (AccessDeniedException e) {
            return new BuildOutcome.UnusableToolchain(e.getFile() + " cannot be read");
        } catch (IOException | RuntimeException e) {
            LOG.warn("compiler={} cannot be packed", real, e);
            return new BuildOutcome.UnusableToolchain("it cannot be packed: " + FailureText.of(e));
        }
    }

    /**
     * An upgrade may be under way: a file that has just changed may change again within one tick of its file system's
     * clock.
     */
    private boolean isUnsettled(FoundToolchain found) {
        return found.lastChange().plus(FileDigestCache.SETTLING).isAfter(clock.instant());
    }

    private BuildOutcome keep(Path real, FoundToolchain found, FileAccess files, SelfTest trial, long start)
            throws IOException {
        Toolchain toolchain = found.toolchain();
        LocalToolchain held = toolchainStore.add(toolchain, file -> files.contents(ROOT.resolve(file.path())));
        Optional<String> difference = trial.run(held, found.drivers());
        if (difference.isPresent()) {
            toolchainStore.evict(held);
            return new BuildOutcome.UnusableToolchain(
                    "the packed compiler differs from the plain one: " + difference.get());
        }
        long bytes = toolchainStore.archiveBytes(toolchain.id());
        LOG.info("toolchain={} compiler={} family={} version={} host={} target={} bytes={} millis={}",
                toolchain.id().brief(), real, toolchain.family(), toolchain.version(), toolchain.host(),
                toolchain.target(), toolchain.bytes(), (System.nanoTime() - start) / 1_000_000);
        return new BuildOutcome.UsableToolchain(found, bytes);
    }
}
