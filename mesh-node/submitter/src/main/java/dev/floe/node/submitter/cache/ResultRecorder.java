package dev.floe.node.submitter.cache;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.ResultClaim;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.store.actioncache.ActionKey;

/**
 * The last of the cache's three parts: keeps a new result, remembers what its compile depended on, and announces the
 * inputs to the mesh. Without the cache it does nothing.
 */
public final class ResultRecorder implements AutoCloseable {
    private final RequestContext request;
    private final CachePolicy policy;
    private final InputLookup manifests;
    private final Optional<CommandCacheKeys> keys;
    private final Optional<ResultClaim> claim;
    private Optional<DiscoveryResult.InputsFound> unannounced; // inputs that the mesh does not know yet

    /**
     * @param keys        of the result; empty if it is not kept
     * @param unannounced inputs that are new to the mesh
     */
    public ResultRecorder(RequestContext request, CachePolicy policy, InputLookup manifests,
            Optional<CommandCacheKeys> keys,
            Optional<ResultClaim> claim, Optional<DiscoveryResult.InputsFound> unannounced) {
        this.request = request;
        this.policy = policy;
        this.manifests = manifests;
        this.keys = keys;
        this.claim = claim;
        this.unannounced = unannounced;
    }

    /** Takes the outputs of a compile whose result is kept; empty if it is not kept. */
    public Optional<LocalResultCopy> ownCopy() {
        return policy.writes()
                ? keys.map(known -> new LocalResultCopy(request.services().results().store(),
                        request.services().results().cache(), known))
                : Optional.empty();
    }

    /**
     * The result is in the cache.
     *
     * @param observation what its compile asked for; null if it was not observed
     */
    public void made(ActionKey key, CompileTask task, @Nullable WireObservation observation) {
        remember(task, manifests.traces().made(task.inputs(), observation, key));
        claim.ifPresent(open -> open.done(key));
    }

    /** A kept result was served. */
    public void served(CompileTask task, LookupResult.Hit hit) {
        remember(task, manifests.traces().made(task.inputs(), hit.result().observed(), hit.key()));
    }

    private void remember(CompileTask task, Optional<CommandTraces.ObservedResult> made) {
        if (made.isPresent() && keys.isPresent()) {
            manifests.traces().remember(task, made.get(), keys.get());
            announce(made);
        }
    }

    private void announce(Optional<CommandTraces.ObservedResult> made) {
        if (keys.isPresent() && policy.writes()) {
            unannounced.ifPresent(found -> manifests.shared().tell(found, made, keys.get()));
        }
        unannounced = Optional.empty();
    }

    @Override
    public void close() {
        announce(Optional.empty());
    }
}
