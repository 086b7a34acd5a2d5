package dev.floe.node.submit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.discovery.Directories;
import dev.floe.front.manifest.SharedDiscovery;
import dev.floe.front.manifest.SharedManifest;
import dev.floe.node.cache.ActionKeys;
import dev.floe.node.cache.Anchors;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.toolchain.ToolchainId;

/**
 * Manifests in the mesh's cache, so that a node that starts, or one that never compiled a source, finds its inputs without the compiler.
 * One that is out of date does no harm: whether it holds is looked at here. They are kept compressed with zstd.
 */
final class SharedManifests {
    private static final Logger LOG = LogManager.getLogger(SharedManifests.class);
    private static final int LEVEL = 1;
    private static final int MOST_BYTES = 64 << 20;

    private final Submitter.Site site;
    private final Directories directories;
    private final Anchors anchors;
    private final ActionKey key;

    SharedManifests(Submitter.Site site, Directories directories, CompileCommand command, String toolchain) {
        this.site = site;
        this.directories = directories;
        Offer offer = Offers.make("", "", command, new ToolchainId(toolchain), new InputSet(List.of()), Duration.ZERO,
                0,
                command.sharing(), false);
        this.anchors = Anchors.of(offer);
        this.key = ActionKeys.ofManifest(offer, anchors, command.namedInputs().stream().map(Path::toString).toList(),
                command.preprocessing().arguments());
    }

    /** The inputs, if another node has told which they are and that is so here. */
    Optional<Discovery.Found> find(Machine machine) {
        try {
            Optional<byte[]> note = site.cache().findNote(key);
            if (note.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(note.get()))) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IOException("a manifest of more than " + MOST_BYTES + " bytes");
                }
                return SharedDiscovery.find(SharedManifest.decode(bytes, anchors), above(), machine, directories);
            }
        } catch (IOException e) {
            LOG.debug("a manifest is of no use: {}", FailureText.of(e));
            return Optional.empty();
        }
    }

    /** The directories that lead to the project, the outermost first. */
    private List<Path> above() {
        List<Path> above = new ArrayList<>();
        if (anchors.portable()) {
            for (Path path = Path.of(anchors.root()).getParent(); path != null
                    && path.getNameCount() > 0; path = path.getParent()) {
                above.add(path);
            }
            Collections.reverse(above);
        }
        return above;
    }

    /** Tells the mesh, in the background. */
    void tell(Discovery.Found found) {
        SharedManifest.encode(found, anchors)
                .ifPresent(bytes -> site.cache().tellNote(key, Zstd.compress(bytes, LEVEL)));
    }

}
