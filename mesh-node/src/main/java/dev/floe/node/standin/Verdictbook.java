package dev.floe.node.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.wire.StandInMessage;
import dev.floe.node.wire.StandInMessage.Verdict;

/** Verdicts on pairs of toolchains, a file each: made once. One that is damaged is made anew. */
final class Verdictbook {
    private static final Logger LOG = LogManager.getLogger(Verdictbook.class);
    /** Changes with the samples, and with what is looked at besides. */
    private static final int EDITION = 4;

    private final Path directory;

    Verdictbook(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    Optional<Verdict> read(String toolchain, String standIn) {
        Path file = file(toolchain, standIn);
        try {
            return Optional.of(StandInMessage.read(Files.readAllBytes(file), Verdict.class, file.toString()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.warn("a verdict is damaged and made anew: {} ({})", file, e.toString());
            return Optional.empty();
        }
    }

    void write(String toolchain, Verdict verdict) throws IOException {
        Path file = file(toolchain, verdict.toolchain());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, StandInMessage.bytes(verdict));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String toolchain, String standIn) {
        return directory.resolve(toolchain + "-" + standIn + "." + EDITION);
    }
}
