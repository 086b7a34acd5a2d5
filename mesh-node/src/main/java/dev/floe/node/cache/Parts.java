package dev.floe.node.cache;

import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.ResultIndex;
import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What all parts of the cache have in common. */
record Parts(LocalResults local, Group group, CacheSettings settings, Predicate<ActionResult> acceptable, Calls calls,
        Shunned shunned, Counters counters, Warnings warnings) {
    ResultIndex index() {
        return group.results();
    }

    /** Of these the others than this node that have not failed to answer a moment ago. */
    List<Peer> answering(List<Peer> peers) {
        return peers.stream().filter(peer -> !peer.self() && !shunned.contains(peer)).toList();
    }

    /** A result that is here whole and may be used. */
    Optional<ActionResult> here(ActionKey key) {
        return local.find(key).filter(acceptable);
    }

    /** Keeps a result of a peer, whose bytes have all come. */
    void keep(ActionKey key, ActionResult result) throws NotKeptException {
        try {
            local.put(key, result);
        } catch (IOException e) {
            throw new NotKeptException(e);
        }
    }

    /** Enters this node as a holder, if it is one still; it may be dropped meanwhile, and its entry must not outlive it. */
    Standing announce(ActionKey key) {
        if (!local.contains(key)) {
            return new Standing.Nowhere();
        }
        Standing standing = index().announce(indexed(key));
        if (!local.contains(key)) {
            index().retract(indexed(key));
            return new Standing.Nowhere();
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
    static ResultKey indexed(ActionKey key) {
        return new ResultKey(key.a(), key.b(), key.c(), key.d());
    }
}
