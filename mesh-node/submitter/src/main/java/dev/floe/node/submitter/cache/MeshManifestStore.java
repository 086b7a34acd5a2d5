package dev.floe.node.submitter.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
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

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.DependencyTrace;
import dev.floe.command.manifest.PortableManifest;
import dev.floe.command.manifest.QueriedVariables;
import dev.floe.command.manifest.SharedManifestMatcher;
import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.cache.ResultCache;
import dev.floe.node.cache.keys.ActionKeyCalculator;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.toolchain.ToolchainId;

/**
 * Manifests in the mesh's cache, so that a node that starts, or one that never compiled a source, finds its inputs
 * without the compiler. One that is out of date does no harm: whether it holds is looked at here. They are kept
 * compressed with zstd. The one that was read takes memory from the budget until {@link #close}; where there is none,
 * the command does without.
 */
final class MeshManifestStore implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(MeshManifestStore.class);
    private static final int LEVEL = 1;
    /** Of 200,000 inputs with names of usual length. */
    private static final int MAX_BYTES = 16 << 20;
    /** The objects of a manifest take several times its bytes. */
    private static final int OBJECTS_FACTOR = 8;
    /** Whoever has made it: the manifests that commands of this node use. */
    private static final String HOLDER = "manifests";
    /** The shortest and the longest head of a zstd frame. */
    private static final int MIN_HEAD_BYTES = 6;
    private static final int MAX_HEAD_BYTES = 18;

    private final ResultCache cache;
    private final MemoryBudget memory;
    private final DirectoryListingCache directories;
    private final Map<String, String> environment;
    private final PathNormalizer anchors;
    private final ActionKey key;
    private @Nullable Optional<PortableManifest> heard; // null before anyone was asked
    private MemoryBudget.@Nullable Share held; // of the manifest that was heard

    MeshManifestStore(SubmitterServices.CacheAccess results, DirectoryListingCache directories, CompileCommand command,
            String toolchain) {
        this.cache = results.cache();
        this.memory = results.memory();
        this.directories = directories;
        this.environment = command.environment();
        Offer offer = OfferFactory.make("", "", command.withEnvironment(QueriedVariables.naming(environment)),
                new ToolchainId(toolchain), new InputSet(List.of()), Duration.ZERO, 0, command.sharing(), false);
        this.anchors = PathNormalizer.of(offer);
        this.key = ActionKeyCalculator.ofManifest(offer, anchors,
                command.namedInputs().stream().map(Path::toString).toList(),
                command.preprocessing().arguments());
    }

    /** What an observed compile depended on, and under which key its result is. */
    record Traced(InputSet inputs, QueriedVariables variables, ActionKey key) {}

    /** The inputs, if another node has told which they are and that is so here. */
    Optional<DiscoveryResult.InputsFound> find(HostAccess machine) {
        Optional<PortableManifest> manifest = manifest()
                .filter(told -> told.environment().equals(PortableManifest.digest(environment)));
        try {
            return manifest.isEmpty()
                    ? Optional.empty()
                    : SharedManifestMatcher.find(manifest.get(), above(), machine, directories);
        } catch (IOException e) {
            LOG.debug("a manifest is of no use: {}", FailureText.of(e));
            return Optional.empty();
        }
    }

    /** What an observed compile of another node looked at, if all of that is so here. */
    Optional<Traced> findTraced(HostAccess machine) {
        Optional<PortableManifest> manifest = manifest().filter(
                told -> told.trace().map(DependencyTrace::place)
                        .filter(place -> place.isEmpty() || place.equals(place()))
                        .isPresent());
        try {
            if (manifest.isEmpty()) {
                return Optional.empty();
            }
            DependencyTrace trace = manifest.get().trace().orElseThrow();
            return SharedManifestMatcher.findTraced(manifest.get(), above(), environment, machine)
                    .filter(inputs -> !trace.place().isEmpty() || !hasSiblingOfRoot(inputs))
                    .map(inputs -> new Traced(inputs, trace.variables(), trace.key()));
        } catch (IOException e) {
            LOG.debug("a trace is of no use: {}", e.toString());
            return Optional.empty();
        }
    }

    /**
     * Whether an input begins like the root and continues differently, such as {@code /home/u/proj-common} beside
     * {@code /home/u/proj}. A compiler that maps the root away maps a part of such a name too, so what it makes of it
     * depends on where the project lies.
     */
    private boolean hasSiblingOfRoot(InputSet inputs) {
        return inputs.inputs().stream().anyMatch(input -> anchors.sharesPrefixOnly(input.path().toString()));
    }

    /** Where the project lies. */
    private String place() {
        return anchors.directory() + '\0' + anchors.root();
    }

    private Optional<PortableManifest> manifest() {
        Optional<PortableManifest> known = heard;
        if (known == null) {
            try {
                Optional<InputStream> note = cache.findAdvisory(key);
                known = note.isEmpty() ? Optional.empty() : Optional.of(read(note.get()));
            } catch (IOException e) {
                LOG.debug("a manifest is of no use: {}", e.toString());
                known = Optional.empty();
            }
            heard = known;
        }
        return known;
    }

    /** Takes the memory for a manifest before it is unpacked; the frame says how long it is. */
    private PortableManifest read(InputStream note) throws IOException {
        try (PushbackInputStream from = new PushbackInputStream(note, MAX_HEAD_BYTES)) {
            byte[] head = from.readNBytes(MAX_HEAD_BYTES);
            from.unread(head);
            long size = head.length < MIN_HEAD_BYTES ? 0 : Zstd.getFrameContentSize(head);
            if (size <= 0 || size > MAX_BYTES) {
                throw new IOException("a manifest of " + size + " bytes");
            }
            MemoryBudget.Share share = memory.tryAcquire(HOLDER, OBJECTS_FACTOR * size)
                    .orElseThrow(() -> new IOException("no memory for a manifest of " + size + " bytes"));
            held = share;
            return unpack(from, (int) size);
        }
    }

    private PortableManifest unpack(InputStream from, int size) throws IOException {
        try (InputStream in = new ZstdInputStreamNoFinalizer(from)) {
            byte[] bytes = in.readNBytes(size);
            if (bytes.length != size || in.read() >= 0) {
                throw new IOException("a manifest of other than the announced " + size + " bytes");
            }
            return PortableManifest.decode(bytes, anchors);
        }
    }

    /** Forgets the manifest that was heard. */
    @Override
    public void close() {
        heard = Optional.empty();
        MemoryBudget.Share share = held;
        held = null;
        if (share != null) {
            share.close();
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
    void tell(DiscoveryResult.InputsFound found, Optional<CommandTraces.ObservedResult> traced, CommandCacheKeys keys) {
        Optional<DependencyTrace> trace = traced
                .map(made -> new DependencyTrace(made.variables(), made.used(), made.key(),
                        keys.portable().filter(made.key()::equals).isPresent() && !hasSiblingOfRoot(found.inputs())
                                ? ""
                                : place()));
        PortableManifest.encode(found, environment, trace, anchors)
                .ifPresent(bytes -> cache.publishAdvisory(key, Zstd.compress(bytes, LEVEL)));
    }
}
