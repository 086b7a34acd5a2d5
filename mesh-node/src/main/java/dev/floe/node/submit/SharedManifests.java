package dev.floe.node.submit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.discovery.Directories;
import dev.floe.front.manifest.AskedVariables;
import dev.floe.front.manifest.SharedDiscovery;
import dev.floe.front.manifest.SharedManifest;
import dev.floe.front.manifest.Trace;
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
    private final Map<String, String> environment;
    private final Anchors anchors;
    private final ActionKey key;
    private @Nullable Optional<SharedManifest> heard; // null before anyone was asked

    SharedManifests(Submitter.Site site, Directories directories, CompileCommand command, String toolchain) {
        this.site = site;
        this.directories = directories;
        this.environment = command.environment();
        Offer offer = Offers.make("", "", command.withEnvironment(AskedVariables.naming(environment)),
                new ToolchainId(toolchain), new InputSet(List.of()), Duration.ZERO, 0, command.sharing(), false);
        this.anchors = Anchors.of(offer);
        this.key = ActionKeys.ofManifest(offer, anchors, command.namedInputs().stream().map(Path::toString).toList(),
                command.preprocessing().arguments());
    }

    /** What an observed compile depended on, and under which key its result is. */
    record Traced(InputSet inputs, AskedVariables variables, ActionKey key) {}

    /** The inputs, if another node has told which they are and that is so here. */
    Optional<Discovery.Found> find(Machine machine) {
        Optional<SharedManifest> manifest = manifest()
                .filter(told -> told.environment().equals(SharedManifest.digest(environment)));
        try {
            return manifest.isEmpty()
                    ? Optional.empty()
                    : SharedDiscovery.find(manifest.get(), above(), machine, directories);
        } catch (IOException e) {
            LOG.debug("a manifest is of no use: {}", FailureText.of(e));
            return Optional.empty();
        }
    }

    /** What an observed compile of another node looked at, if all of that is so here. */
    Optional<Traced> findTraced(Machine machine) {
        Optional<SharedManifest> manifest = manifest().filter(
                told -> told.trace().map(Trace::place).filter(place -> place.isEmpty() || place.equals(place()))
                        .isPresent());
        try {
            if (manifest.isEmpty()) {
                return Optional.empty();
            }
            Trace trace = manifest.get().trace().orElseThrow();
            return SharedDiscovery.findTraced(manifest.get(), above(), environment, machine)
                    .map(inputs -> new Traced(inputs, trace.variables(), trace.key()));
        } catch (IOException e) {
            LOG.debug("a trace is of no use: {}", e.toString());
            return Optional.empty();
        }
    }

    /** Where the project lies. */
    private String place() {
        return anchors.directory() + '\0' + anchors.root();
    }

    private Optional<SharedManifest> manifest() {
        Optional<SharedManifest> known = heard;
        if (known == null) {
            try {
                Optional<byte[]> note = site.cache().findNote(key);
                known = note.isEmpty() ? Optional.empty() : Optional.of(decode(note.get()));
            } catch (IOException e) {
                LOG.debug("a manifest is of no use: {}", e.toString());
                known = Optional.empty();
            }
            heard = known;
        }
        return known;
    }

    private SharedManifest decode(byte[] note) throws IOException {
        try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(note))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("a manifest of more than " + MOST_BYTES + " bytes");
            }
            return SharedManifest.decode(bytes, anchors);
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

    /**
     * Tells the mesh, in the background.
     *
     * @param traced what the compile depended on, if it was observed
     * @param keys   of its result
     */
    void tell(Discovery.Found found, Optional<Traces.Made> traced, ResultKeys keys) {
        Optional<Trace> trace = traced.map(made -> new Trace(made.variables(), made.used(), made.key(),
                keys.portable().filter(made.key()::equals).isPresent() ? "" : place()));
        SharedManifest.encode(found, environment, trace, anchors)
                .ifPresent(bytes -> site.cache().tellNote(key, Zstd.compress(bytes, LEVEL)));
    }
}
