package dev.floe.node.mesh;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.store.FailureText;

/**
 * The file of known peers: the seeds, and the addresses of members met before, the latest first. With it a node finds
 * the mesh again when its seeds are gone. The file is an aid: what is wrong with it is logged and passed over.
 */
final class KnownPeerFile implements Supplier<Collection<HostPort>> {
    static final int MAX_REMEMBERED = 32;

    private static final Logger LOG = LogManager.getLogger(KnownPeerFile.class);
    private static final String FILE = "peers";
    private static final int MAX_BYTES = 16_384;

    private final Path file;
    private final List<HostPort> seeds;
    /** Replaced as a whole, by {@link #remember} alone. */
    private volatile List<HostPort> remembered;

    KnownPeerFile(Path dataDir, String meshId, List<HostPort> seeds) {
        this.file = dataDir.resolve(FILE + "-" + meshId);
        this.seeds = List.copyOf(seeds);
        this.remembered = read(file);
    }

    /** Seeds and remembered addresses, each once. */
    @Override
    public Collection<HostPort> get() {
        Set<HostPort> all = new LinkedHashSet<>(seeds);
        all.addAll(remembered);
        return all;
    }

    boolean isEmpty() {
        return seeds.isEmpty() && remembered.isEmpty();
    }

    /** Remembers members; writes the file if that is news. Called by one thread. */
    void remember(Collection<HostPort> members) {
        if (remembered.containsAll(members)) {
            return;
        }
        Set<HostPort> all = new LinkedHashSet<>(members);
        all.addAll(remembered);
        remembered = all.stream().limit(MAX_REMEMBERED).toList();
        StringBuilder text = new StringBuilder();
        remembered.forEach(peer -> text.append(peer).append('\n'));
        try {
            AtomicPrivateFile.write(file, text.toString());
        } catch (IOException e) {
            LOG.warn("cannot remember peers file={} reason=\"{}\"", file, FailureText.of(e));
        }
    }

    private static List<HostPort> read(Path file) {
        try {
            return AtomicPrivateFile.read(file, MAX_BYTES).lines().filter(line -> !line.isBlank()).limit(MAX_REMEMBERED)
                    .map(line -> HostPort.parse(line.strip(), 0)).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("remembered peers not usable file={} reason=\"{}\"", file, FailureText.of(e));
            return List.of();
        }
    }
}
