package dev.floe.node.toolchains;

import java.io.IOException;
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

import dev.floe.front.Machine;
import dev.floe.front.RunOutput;
import dev.floe.node.execute.HeldToolchain;
import dev.floe.node.submit.WrapperGoneException;
import dev.floe.store.FileDigests;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.archive.PackedToolchain;
import dev.floe.toolchain.archive.ToolchainPacker;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.find.CommandOutput;
import dev.floe.toolchain.find.CommandRunner;
import dev.floe.toolchain.find.DirectCommands;
import dev.floe.toolchain.find.Found;
import dev.floe.toolchain.find.ToolchainFinder;
import dev.floe.toolchain.find.UnsupportedCompilerException;

/** Makes toolchains: a compiler is found, packed, put on the shelf and tried out against the plain one. */
final class ToolchainMaker {
    private static final Logger LOG = LogManager.getLogger(ToolchainMaker.class);
    private static final Duration MAX_QUESTION = Duration.ofSeconds(20);
    private static final int MAX_WAITS = 5;

    private final Path directory;
    private final Path callers;
    private final Shelf shelf;
    private final Rehearsal rehearsal;
    private final InstantSource clock;

    /** @param directory for archives while they are made, in the file system of the shelf */
    ToolchainMaker(Path directory, Shelf shelf, Rehearsal rehearsal, InstantSource clock) throws IOException {
        this.directory = directory;
        this.callers = directory.resolve("callers");
        Directories.delete(callers);
        Files.createDirectories(callers);
        this.shelf = shelf;
        this.rehearsal = rehearsal;
        this.clock = clock;
    }

    /** What became of a compiler. */
    sealed interface Made {
        record Usable(Found found, long archiveBytes) implements Made {}

        record Refused(String reason) implements Made {}
    }

    /** Where files to be packed are, and how commands are run there. */
    private record Place(CommandRunner runner, FileAccess files) {}

    /** Opens a place anew: what it remembers of files must not outlive one search. */
    @FunctionalInterface
    private interface PlaceOpener {
        Place open() throws IOException;
    }

    /** Tries a toolchain out; says what differs. */
    @FunctionalInterface
    private interface Trial {
        Optional<String> run(HeldToolchain held, List<Path> drivers) throws IOException;
    }

    /** Makes the toolchain of a compiler of this node. */
    Made make(Path real) throws IOException {
        return make(real, () -> new Place(new DirectCommands(MAX_QUESTION), FileAccess.LOCAL), rehearsal::tryOut);
    }

    /**
     * Makes the toolchain of a caller's compiler, from the files that the caller sees.
     *
     * @throws IOException if the caller does not answer
     */
    Made make(Path real, Machine caller) throws IOException {
        Path copies = Files.createTempDirectory(callers, "");
        try {
            return make(real, () -> {
                Directories.delete(copies);
                return new Place(commands(caller), new CallerFiles(caller, Files.createDirectory(copies)));
            }, (held, drivers) -> rehearsal.tryOut(held, drivers, caller));
        } finally {
            Directories.delete(copies);
        }
    }

    private static CommandRunner commands(Machine caller) {
        return argv -> {
            RunOutput output = caller.run(Path.of(argv.getFirst()), argv, Path.of("/"),
                    Map.of("LC_ALL", "C", "PATH", ToolchainFinder.STANDARD_PATH));
            return new CommandOutput(output.exitCode(), text(output.stdout()), text(output.stderr()));
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private Made make(Path real, PlaceOpener opener, Trial trial) throws WrapperGoneException {
        long start = System.nanoTime();
        try {
            Place place = opener.open();
            Found found = new ToolchainFinder(place.runner(), place.files()).find(real);
            for (int waits = 0; waits < MAX_WAITS && isUnsettled(found); waits++) {
                LockSupport.parkNanos(FileDigests.SETTLING.toNanos());
                place = opener.open();
                found = new ToolchainFinder(place.runner(), place.files()).find(real);
            }
            return pack(real, found, place.files(), trial, start);
        } catch (UnsupportedCompilerException e) {
            return new Made.Refused(e.reason());
        } catch (WrapperGoneException e) {
            throw e; // says nothing about the compiler
        } catch (NoSuchFileException e) {
            return new Made.Refused(e.getFile() + " is missing");
        } catch (AccessDeniedException e) {
            return new Made.Refused(e.getFile() + " cannot be read");
        } catch (IOException | RuntimeException e) {
            LOG.warn("compiler={} cannot be packed", real, e);
            return new Made.Refused("it cannot be packed: " + FailureText.of(e));
        }
    }

    /** An upgrade may be under way: a file that has just changed may change again within one tick of its file system's clock. */
    private boolean isUnsettled(Found found) {
        return found.lastChange().plus(FileDigests.SETTLING).isAfter(clock.instant());
    }

    private Made pack(Path real, Found found, FileAccess files, Trial trial, long start) throws IOException {
        Path archive = Files.createTempFile(directory, "pack-", ".tar.zst");
        try {
            PackedToolchain packed = ToolchainPacker.pack(found, files, archive);
            Toolchain toolchain = packed.toolchain();
            HeldToolchain held = shelf.add(toolchain.id(), packed.file());
            Optional<String> difference = trial.run(held, found.drivers());
            if (difference.isPresent()) {
                shelf.drop(held);
                return new Made.Refused("the packed compiler differs from the plain one: " + difference.get());
            }
            long bytes = packed.chunks().whole().size();
            LOG.info("toolchain={} compiler={} family={} version={} host={} target={} archiveBytes={} millis={}",
                    toolchain.id().brief(), real, toolchain.family(), toolchain.version(), toolchain.host(),
                    toolchain.target(), bytes, (System.nanoTime() - start) / 1_000_000);
            return new Made.Usable(found, bytes);
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
