package dev.floe.node.submitter.cache;

import java.io.IOException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.manifest.QueriedVariables;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.LearnedInputDiscovery;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.context.CacheMissExplainer.KnownAction;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.CommandMemory.Discovered;
import dev.floe.node.submitter.context.RequestContext;

/**
 * The first of the cache's three parts: finds the inputs of a command without reading its sources, because an earlier
 * compile of it had the same. {@link ResultLookup} looks for the result of the inputs, {@link ResultRecorder} keeps a
 * new one.
 */
public final class InputLookup implements AutoCloseable {
    private static final String LISTED = " listed";

    private final RequestContext request;
    private final ResolvedCommand resolved;
    private final CachePolicy policy;
    private final ManifestKey key;
    private final CommandTraces traces;
    private @Nullable MeshManifestStore shared; // made at first use
    private Optional<String> changed = Optional.empty(); // why no earlier compile is known to have depended on the same

    /**
     * Inputs of an earlier compile that was observed.
     *
     * @param keys    of its result
     * @param learned variables that it asked for, if this node knows them only from the mesh
     */
    public record Observed(InputSet inputs, CommandCacheKeys keys, Optional<QueriedVariables> learned) {}

    /** @param keys of the result; empty if they are not known */
    public record Inputs(DiscoveryResult.InputsFound found, Optional<CommandCacheKeys> keys) {}

    public InputLookup(RequestContext request, ResolvedCommand resolved, CachePolicy policy) {
        this.request = request;
        this.resolved = resolved;
        this.policy = policy;
        // Inputs that were kept may be older than the observer that makes it enough to read the sources.
        this.key = ManifestKey.of(resolved.command(),
                resolved.toolchainId() + (resolved.toolchain().gap().isPresent() ? LISTED : ""));
        this.traces = new CommandTraces(request.memory(), resolved.command(), resolved.toolchainId());
    }

    /** Inputs of an observed compile that looked only at files and variables that are the same now. */
    public Optional<Observed> findObserved() throws IOException {
        if (!policy.reads()) {
            return Optional.empty();
        }
        return switch (traces.recall(resolved.machine())) {
            case ManifestLookup.Unchanged<KnownAction>(InputSet inputs, boolean _, KnownAction value) ->
                Optional.of(new Observed(inputs, value.keys(), Optional.empty()));
            case ManifestLookup.NotRecorded<KnownAction> unknown -> {
                changed = unknown.isNew() ? Optional.empty() : Optional.of(unknown.why());
                yield shared().findTraced(resolved.machine()).map(traced -> new Observed(traced.inputs(),
                        new CommandCacheKeys(Optional.empty(), traced.key()), Optional.of(traced.variables())));
            }
        };
    }

    /** The result of these inputs was served: this node finds them by itself from now on. */
    public void served(Observed observed) {
        observed.learned().ifPresent(variables -> traces.remember(observed.inputs(), resolved.machine(), variables,
                observed.keys()));
    }

    /** Inputs of an earlier compile that are still the same, if everything that the lesson adds is among them. */
    public Optional<Inputs> find(ExtraInputs lesson) throws IOException {
        if (!policy.isOn()) {
            return findDiscovered(lesson);
        }
        return switch (request.memory().manifests().recall(key, resolved.machine())) {
            case ManifestLookup.Unchanged<KnownAction>(InputSet inputs, boolean readsClock, KnownAction value) -> {
                DiscoveryResult.InputsFound found = new DiscoveryResult.InputsFound(inputs, readsClock,
                        Optional::empty);
                request.account().cache("miss: no node holds it");
                boolean complete = LearnedInputDiscovery.add(found, lesson, resolved.machine()) == found;
                yield complete ? Optional.of(new Inputs(found, Optional.of(value.keys()))) : Optional.empty();
            }
            case ManifestLookup.NotRecorded<KnownAction>(String why) -> {
                request.account().cache("miss: " + changed.orElse(why));
                yield policy.reads() ? findShared() : Optional.empty();
            }
        };
    }

    private Optional<Inputs> findShared() {
        try (MeshManifestStore manifests = shared()) {
            return manifests.find(resolved.machine()).map(found -> new Inputs(found, Optional.empty()));
        }
    }

    private Optional<Inputs> findDiscovered(ExtraInputs lesson) throws IOException {
        if (!keepsDiscovered()) {
            return Optional.empty();
        }
        ManifestLookup<Discovered> known = request.memory().discovered().recall(key, resolved.machine());
        if (!(known instanceof ManifestLookup.Unchanged<Discovered> same)) {
            return Optional.empty();
        }
        DiscoveryResult.InputsFound found = new DiscoveryResult.InputsFound(same.inputs(), same.readsClock(),
                Optional::empty);
        return LearnedInputDiscovery.add(found, lesson, resolved.machine()) == found
                ? Optional.of(new Inputs(found, Optional.empty()))
                : Optional.empty();
    }

    /**
     * Whether the inputs of commands whose results are not cached are kept: where changes are notified, because to look
     * at each of them costs as much as to discover them.
     */
    public boolean keepsDiscovered() {
        return resolved.machine().newSnapshot().isPresent();
    }

    /** Remembers inputs of a command whose result is not cached. */
    public void rememberDiscovered(DiscoveryResult.InputsFound found) {
        if (keepsDiscovered() && isStillRight(found)) {
            request.memory().discovered().remember(key, found, Discovered.INPUTS);
        }
    }

    /** Remembers inputs that were found otherwise than by this node's own manifests. */
    public void remember(DiscoveryResult.InputsFound found, CommandCacheKeys keys) {
        if (isStillRight(found)) {
            request.memory().manifests().remember(key, found,
                    KnownAction.of(keys, resolved.command(), resolved.toolchainId()));
        }
    }

    /**
     * Whether there is a footprint, and what it and the inputs were made of is unchanged since the request began: looks
     * that were remembered may be older than looks that were new.
     */
    private boolean isStillRight(DiscoveryResult.InputsFound found) {
        return found.footprint().get().isPresent() && resolved.machine().isUnchanged();
    }

    CommandTraces traces() {
        return traces;
    }

    /** The manifests that nodes share. */
    MeshManifestStore shared() {
        MeshManifestStore known = shared;
        if (known == null) {
            known = new MeshManifestStore(request.services().results(), request.memory().directories(),
                    resolved.command(),
                    resolved.toolchainId());
            shared = known;
        }
        return known;
    }

    /** Gives up the manifest that was read for this command. */
    @Override
    public void close() {
        MeshManifestStore known = shared;
        if (known != null) {
            known.close();
        }
    }
}
