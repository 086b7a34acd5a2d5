package dev.floe.node.cache.claims;

import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The result of {@link dev.floe.node.cache.MeshCache#lookup}. */
public sealed interface LookupResult {
    /**
     * The result; all its bytes are in this node's store.
     *
     * @param key     under which it was found
     * @param node    name of the node that held it, this one's if it was here
     * @param fetched whether it came over the network just now
     */
    record Hit(ActionKey key, ActionResult result, String node, boolean fetched) implements LookupResult {}

    /** Nobody holds it or makes it: the caller may, and others will wait for it. To be closed in any case. */
    record Claimed(ResultClaim claim) implements LookupResult {}

    /** Somebody makes it right now. */
    record InFlight(PendingResult waiting) implements LookupResult {}

    /** Not to be had, and nobody waits for the caller to make it; {@code reason} is for people. */
    record Miss(String reason) implements LookupResult {}
}
