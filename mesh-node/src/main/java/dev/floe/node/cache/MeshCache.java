package dev.floe.node.cache;

import dev.floe.node.mesh.Group;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.PeerConnections;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The mesh's cache of results as one node sees it: finds results here and on peers, keeps new ones here and on a second node,
 * and sees to it that one action is not run twice at once. Thread-safe.
 *
 * <p>Whatever goes wrong, here or there, is a miss.
 */
public final class MeshCache implements AutoCloseable {
    private final LocalResults local;
    private final CacheSettings settings;
    private final Predicate<ActionResult> acceptable;
    private final Claims claims = new Claims();

    /** @param acceptable which results this node takes from peers or gives out as hits */
    public MeshCache(LocalResults local, Group group, PeerConnections connections, CacheSettings settings,
            Predicate<ActionResult> acceptable) {
        this.local = local;
        this.settings = settings;
        this.acceptable = acceptable;
    }

    /**
     * Looks for a result: here, then in the mesh, where it is fetched from a holder. If there is none and nobody makes it,
     * the caller may. Blocks for as long as a fetch takes, or about a second if the mesh does not answer.
     */
    public Lookup lookup(ActionKey key) {
        Optional<Lookup.Hit> hit = find(key);
        if (hit.isPresent()) {
            return hit.get();
        }
        Claims.Begun begun = claims.begin(key);
        return begun.mine()
                ? new Lookup.Mine(new Claim(begun.running(), () -> {}))
                : new Lookup.Busy((limit, gone) -> find(key));
    }

    /** The same, but claims nothing and waits for nobody's compile. */
    public Optional<Lookup.Hit> find(ActionKey key) {
        return settings.reads()
                ? local.find(key).filter(acceptable).map(result -> new Lookup.Hit(result, settings.node(), false))
                : Optional.empty();
    }

    /**
     * Keeps a result whose bytes are all in this node's store: here, in the mesh's index, and a little later on a second node.
     * Blocks for at most about a second.
     *
     * @return whether it is kept here; if not, a warning says why
     */
    public boolean keep(ActionKey key, ActionResult result) {
        try {
            local.put(key, result);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As {@link #keep}, for a result that its maker keeps too: no further copy is made of it. */
    public boolean keepCopy(ActionKey key, ActionResult result) {
        return keep(key, result);
    }

    /** The bytes of a content; empty if they have gone meanwhile. They stay readable until the stream is closed. */
    public Optional<InputStream> open(Content content) throws IOException {
        return local.open(content);
    }

    /** Drops a result here; other nodes may still hold it. */
    public void evict(ActionKey key) {
        local.remove(key);
    }

    /** Whether a path is one of those that {@link #serve} answers. */
    public static boolean serves(String path) {
        return switch (path) {
            case "/result", "/await", "/keep" -> true;
            default -> false;
        };
    }

    /** Answers a peer. */
    public void serve(Exchange exchange) throws IOException {
        throw new IOException("a request for " + exchange.path() + ", which this version does not know");
    }

    /** What the cache has done and holds. */
    public Stats stats() {
        return new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, local.size(), local.store().stats().bytes());
    }

    @Override
    public void close() {
        // nothing runs yet
    }
}
