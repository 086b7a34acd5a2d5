package dev.floe.node.submit;

import java.io.IOException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.manifest.AskedVariables;
import dev.floe.front.manifest.ManifestKey;
import dev.floe.front.manifest.Manifests.Recalled;
import dev.floe.front.proof.LearnedInputs;
import dev.floe.front.proof.Lesson;

/**
 * The first of the cache's three parts: finds the inputs of a command without reading its sources, because an earlier compile of it had
 * the same. {@link ResultLookup} looks for the result of the inputs, {@link ResultRecorder} keeps a new one.
 */
final class InputLookup {
    private final RequestContext request;
    private final ResolvedCommand resolved;
    private final CachePolicy policy;
    private final ManifestKey key;
    private final Traces traces;
    private @Nullable SharedManifests shared; // made at first use
    private Optional<String> changed = Optional.empty(); // why no earlier compile is known to have depended on the same

    /**
     * Inputs of an earlier compile that was observed.
     *
     * @param keys    of its result
     * @param learned variables that it asked for, if this node knows them only from the mesh
     */
    record Observed(InputSet inputs, ResultKeys keys, Optional<AskedVariables> learned) {}

    /** @param keys of the result; empty if they are not known */
    record Inputs(Discovery.Found found, Optional<ResultKeys> keys) {}

    InputLookup(RequestContext request, ResolvedCommand resolved, CachePolicy policy) {
        this.request = request;
        this.resolved = resolved;
        this.policy = policy;
        this.key = ManifestKey.of(resolved.command(), resolved.toolchainId());
        this.traces = new Traces(request.memory(), resolved.command(), resolved.toolchainId());
    }

    /** Inputs of an observed compile that looked only at files and variables that are the same now. */
    Optional<Observed> findObserved() throws IOException {
        if (!policy.reads()) {
            return Optional.empty();
        }
        return switch (traces.recall(resolved.machine())) {
            case Recalled.Same<Nearest.Known>(InputSet inputs, boolean _, Nearest.Known value) ->
                Optional.of(new Observed(inputs, value.keys(), Optional.empty()));
            case Recalled.Unknown<Nearest.Known> unknown -> {
                changed = unknown.isNew() ? Optional.empty() : Optional.of(unknown.why());
                yield shared().findTraced(resolved.machine()).map(traced -> new Observed(traced.inputs(),
                        new ResultKeys(Optional.empty(), traced.key()), Optional.of(traced.variables())));
            }
        };
    }

    /** The result of these inputs was served: this node finds them by itself from now on. */
    void served(Observed observed) {
        observed.learned().ifPresent(variables -> traces.remember(observed.inputs(), resolved.machine(), variables,
                observed.keys()));
    }

    /** Inputs of an earlier compile that are still the same, if everything that the lesson adds is among them. */
    Optional<Inputs> find(Lesson lesson) throws IOException {
        if (!policy.isOn()) {
            return Optional.empty();
        }
        return switch (request.memory().manifests().recall(key, resolved.machine())) {
            case Recalled.Same<Nearest.Known>(InputSet inputs, boolean readsClock, Nearest.Known value) -> {
                Discovery.Found found = new Discovery.Found(inputs, readsClock, Optional::empty);
                request.account().cache("miss: no node holds it");
                boolean complete = LearnedInputs.add(found, lesson, resolved.machine()) == found;
                yield complete ? Optional.of(new Inputs(found, Optional.of(value.keys()))) : Optional.empty();
            }
            case Recalled.Unknown<Nearest.Known>(String why) -> {
                request.account().cache("miss: " + changed.orElse(why));
                yield policy.reads()
                        ? shared().find(resolved.machine()).map(found -> new Inputs(found, Optional.empty()))
                        : Optional.empty();
            }
        };
    }

    /** Remembers inputs that were found otherwise than by this node's own manifests. */
    void remember(Discovery.Found found, ResultKeys keys) {
        request.memory().manifests().remember(key, found,
                Nearest.Known.of(keys, resolved.command(), resolved.toolchainId()));
    }

    Traces traces() {
        return traces;
    }

    /** The manifests that nodes share. */
    SharedManifests shared() {
        SharedManifests known = shared;
        if (known == null) {
            known = new SharedManifests(request.site(), request.memory().directories(), resolved.command(),
                    resolved.toolchainId());
            shared = known;
        }
        return known;
    }
}
