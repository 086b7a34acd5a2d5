package dev.floe.node.mesh;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.store.FailureText;

/** Counts the starts of a node in its data directory; a clock would not do, since boards boot in the past. */
final class EpochFile {
    private static final Logger LOG = LogManager.getLogger(EpochFile.class);
    private static final String FILE = "epoch";
    private static final int MAX_DIGITS = 20;

    private EpochFile() {}

    /** The next; at least 1. If it cannot be kept, the node's next start gets the same, which costs only freshness. */
    static long next(Path dataDir) {
        Path file = dataDir.resolve(FILE);
        long epoch = 1;
        try {
            epoch = Math.max(0, Long.parseLong(AtomicPrivateFile.read(file, MAX_DIGITS).strip())) + 1;
        } catch (NoSuchFileException e) {
            LOG.debug("first start dataDir={}", dataDir);
        } catch (IOException | NumberFormatException e) {
            LOG.warn("epoch not usable file={} reason=\"{}\"", file, FailureText.of(e));
        }
        try {
            AtomicPrivateFile.write(file, epoch + "\n");
        } catch (IOException e) {
            LOG.warn("cannot keep the epoch file={} reason=\"{}\"", file, FailureText.of(e));
        }
        return epoch;
    }
}
