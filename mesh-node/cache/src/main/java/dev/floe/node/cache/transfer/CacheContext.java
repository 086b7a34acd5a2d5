package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.node.cache.local.CacheConfig;
import dev.floe.node.cache.local.LocalResultStore;
import dev.floe.node.cache.local.ResultNotStoredException;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.ResultIndex;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The context that all parts of the cache share. */
public record CacheContext(LocalResultStore local, MeshGroup group, CacheConfig settings, ResultTrustPolicy trust,
        PeerAccess peers, CacheDiagnostics diagnostics) {
    private static final String QUIET = "; more of this is not said within a minute";

    /** How peers are called, and which of them are left alone for a while. */
    public record PeerAccess(PeerCalls calls, UnresponsivePeers shunned) {}

    /** What is counted and warned of. */
    public record CacheDiagnostics(CacheCounters counters, RateLimitedLogger warnings) {}

    public PeerCalls calls() {
        return peers.calls();
    }

    public UnresponsivePeers shunned() {
        return peers.shunned();
    }

    public CacheCounters counters() {
        return diagnostics.counters();
    }

    RateLimitedLogger warnings() {
        return diagnostics.warnings();
    }

    public ResultIndex index() {
        return group.results();
    }

    /** Of these the others than this node that it reaches, and that have not failed to answer a moment ago. */
    public List<Peer> responsive(List<Peer> peers) {
        return peers.stream().filter(peer -> !peer.self() && !shunned().contains(peer) && calls().isReachable(peer))
                .toList();
    }

    /** A result that is here whole and may be used; one that may not be used is dropped. */
    public Optional<ActionResult> findUsable(ActionKey key) {
        Optional<ActionResult> result = local.find(key);
        if (result.isPresent() && trust.localRejectionReason(key, result.get()).isPresent()) {
            drop(key);
            return Optional.empty();
        }
        return result;
    }

    /** Does not hold a result any more. */
    public void drop(ActionKey key) {
        local.remove(key);
        calls().runDetached(() -> retract(key));
    }

    /**
     * Why a result that a peer sends is not taken; counted and, at most once a minute, warned of. Empty if it may be.
     */
    public Optional<String> refusal(ActionKey key, ActionResult result, String peer) {
        Optional<String> flaw = trust.rejectionReason(key, result);
        if (flaw.isPresent()) {
            counters().refused.increment();
            warnings().warn("refused", "the result {} from {} is not accepted: {}" + QUIET, key.brief(), peer,
                    flaw.get());
        }
        return flaw;
    }

    /** The name of the node that a result says has made it; its id if that is not in the mesh. */
    public String makerOf(ActionResult result) {
        return group.roster().nameOf(result.maker()).orElse(result.maker());
    }

    /** Warns, at most once a minute, that something could not be kept: a full disk would say so for each result. */
    public void warnNotKept(String what, Exception why) {
        warnings().warn("not kept", "cannot keep {}: {}" + QUIET, what, FailureText.of(why));
    }

    /** Keeps a result of a peer, whose bytes have all come. */
    public void keep(ActionKey key, ActionResult result) throws ResultNotStoredException {
        try {
            local.put(key, result);
        } catch (IOException e) {
            throw new ResultNotStoredException(e);
        }
    }

    /**
     * Enters this node as a holder, if it is one still; it may be dropped meanwhile, and its entry must not outlive it.
     */
    public ResultStatus announce(ActionKey key) {
        if (!local.contains(key)) {
            return new ResultStatus.NotFound();
        }
        ResultStatus standing = index().announce(indexed(key));
        if (!local.contains(key)) {
            index().retract(indexed(key));
            return new ResultStatus.NotFound();
        }
        return standing;
    }

    /** Takes this node out as a holder of what it has dropped, unless it has kept it again. */
    void retract(ActionKey key) {
        if (!local.contains(key)) {
            index().retract(indexed(key));
            if (local.contains(key)) {
                index().announce(indexed(key));
            }
        }
    }

    /** As the mesh's index has it. */
    public static ResultKey indexed(ActionKey key) {
        return new ResultKey(key.a(), key.b(), key.c(), key.d());
    }
}
