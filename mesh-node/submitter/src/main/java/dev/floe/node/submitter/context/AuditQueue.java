package dev.floe.node.submitter.context;

import java.util.Set;

import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** Audits a share of the served results: has them produced again, and compares. Thread-safe. */
public interface AuditQueue {
    /** Whether to audit the result that a job was served. Quick. */
    boolean isSampled(String job);

    /** Takes on a result that was drawn, unless too many wait. Does not block. */
    void add(ServedResult served);

    /** Ids of the nodes that are given no jobs since they have made wrong results. */
    Set<String> distrusted();

    /**
     * A result that a command was served.
     *
     * @param offer    produces it again; its result must not be kept
     * @param key      under which it was found
     * @param source   for people
     * @param readHere whether the node may read the inputs itself
     */
    record ServedResult(Offer offer, ActionKey key, ActionResult result, String source, boolean readHere) {}
}
