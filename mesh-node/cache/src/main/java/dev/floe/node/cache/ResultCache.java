package dev.floe.node.cache;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** The results that a submitter finds and keeps. Thread-safe. */
public interface ResultCache {
    /**
     * Looks for a result: here, then in the mesh, where it is fetched from a holder. If there is none and nobody makes
     * it, the caller may. Blocks for as long as a fetch takes, or about a second if the mesh does not answer.
     */
    LookupResult lookup(ActionKey key);

    /** The same, but claims nothing and waits for nobody's compile. */
    Optional<LookupResult.Hit> find(ActionKey key);

    /**
     * As {@link #find}, for another key of a command that has been looked up already, so that its miss is counted once.
     */
    Optional<LookupResult.Hit> findUncounted(ActionKey key);

    /** The bytes of a content; empty if they have gone meanwhile. They stay readable until the stream is closed. */
    Optional<InputStream> open(ResultContent content) throws IOException;

    /**
     * Keeps a result that another node made for this one and keeps too. Does not wait for the mesh.
     *
     * @return whether it is kept here; false also if the result is not accepted
     */
    boolean keepCopy(ActionKey key, ActionResult result);

    /** Drops a result here; other nodes may still hold it. */
    void evict(ActionKey key);

    /**
     * What is known of something that is no result of a command, as {@link #publishAdvisory} was told it. Who reads it
     * bounds what it reads.
     */
    Optional<InputStream> findAdvisory(ActionKey key) throws IOException;

    /** Tells two nodes something that is no result of a command, a little later. Does not block. */
    void publishAdvisory(ActionKey key, byte[] bytes);
}
