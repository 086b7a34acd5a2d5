package dev.floe.node.submitter;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.scan.ScanResultCache;
import dev.floe.command.manifest.ManifestCache;
import dev.floe.node.submitter.context.CommandMemory.Discovered;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;

/**
 * What a node knows of the files of its user, kept across restarts: digests by path and stamp, what texts include, by
 * their digest, and the inputs of commands whose results are not cached. A restarted node neither hashes nor reads
 * again what has not changed; inputs count only if all that they depend on is as it was. The files are written when the
 * node stops; one that is damaged is treated as absent. Digests do not outlive a restart of the machine.
 */
public final class SavedKnowledge implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(SavedKnowledge.class);
    private static final int MAX_ENTRIES = 30_000;
    private static final int MAX_COMMANDS = 1_000;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path directory;
    private final FileDigestCache digests;
    private final ScanResultCache texts;
    private @Nullable ManifestCache<Discovered> commands; // set by start

    public SavedKnowledge(Path directory, FileDigestCache digests, ScanResultCache texts) {
        this.directory = directory;
        this.digests = digests;
        this.texts = texts;
    }

    /**
     * Reads what was saved.
     *
     * @param discovered the inputs of commands
     */
    void start(ManifestCache<Discovered> discovered) {
        commands = discovered;
        try {
            digests.load(directory.resolve("digests"), boot());
            texts.load(directory.resolve("scans"), program());
            discovered.load(directory.resolve("inputs"), program(), Discovered.INPUTS);
        } catch (IOException e) {
            LOG.info("what was known of files cannot be read, and is found out again: {}", FailureText.of(e));
        }
    }

    @Override
    public void close() {
        try {
            digests.save(directory.resolve("digests"), boot(), MAX_ENTRIES);
            texts.save(directory.resolve("scans"), program(), MAX_ENTRIES);
            if (commands != null) {
                commands.save(directory.resolve("inputs"), program(), MAX_COMMANDS);
            }
        } catch (IOException e) {
            LOG.info("what is known of files cannot be saved, and will be found out again: {}", FailureText.of(e));
        }
    }

    private static String boot() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    /** The code that scans, by the stamp of its file, because another version may find other things. */
    private static String program() throws IOException {
        CodeSource code = ScanResultCache.class.getProtectionDomain().getCodeSource();
        try {
            return code == null ? "unknown" : "floe-scans 1 " + FileStamp.of(Path.of(code.getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
