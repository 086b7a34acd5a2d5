package dev.floe.node.cache;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.node.cache.claims.InFlightResults;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.local.CacheConfig;
import dev.floe.node.cache.local.LocalResultStore;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.cache.replication.RendezvousHash;
import dev.floe.node.cache.replication.ReplicaRepairer;
import dev.floe.node.cache.replication.ReplicaSender;
import dev.floe.node.cache.replication.ReplicationWorker;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.CacheCounters;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.cache.transfer.PeerCalls;
import dev.floe.node.cache.transfer.ResultFetcher;
import dev.floe.node.cache.transfer.UnresponsivePeers;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/**
 * The mesh's cache of results as one node sees it: finds results here and on peers, keeps new ones here and on a second
 * node, and sees to it that one action is not run twice at once. Thread-safe.
 *
 * <p>A result is held by the node that made it and by its owner ({@link RendezvousHash}); the index of the mesh says by
 * whom. Only who has all bytes of a result is entered there. Whatever goes wrong, here or there, is a miss.
 */
public final class MeshCache implements ResultCache, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(MeshCache.class);
    private static final Duration WARNING_GAP = Duration.ofMinutes(1);

    private final CacheContext parts;
    private final InFlightResults claims = new InFlightResults();
    private final CountedLookup lookups;
    private final AdvisoryEntries notes;
    private final CacheRequestHandler answers;
    private final ReplicationWorker copyist;
    private final ReplicaRepairer restorer;

    /** @param trust which results this node takes from peers, gives out as hits and gives to peers */
    public MeshCache(LocalResultStore local, MeshGroup group, PeerConnections connections, CacheConfig settings,
            ResultTrustPolicy trust) {
        parts = new CacheContext(local, group, settings, trust,
                new CacheContext.PeerAccess(new PeerCalls(connections), new UnresponsivePeers(System::nanoTime)),
                new CacheContext.CacheDiagnostics(new CacheCounters(),
                        new RateLimitedLogger(LOG, WARNING_GAP, System::nanoTime)));
        ResultFetcher fetches = new ResultFetcher(parts);
        ReplicaSender copies = new ReplicaSender(parts);
        lookups = new CountedLookup(parts, claims, fetches);
        notes = new AdvisoryEntries(parts, fetches);
        answers = new CacheRequestHandler(parts, claims, notes);
        restorer = new ReplicaRepairer(parts, copies);
        copyist = new ReplicationWorker(parts, copies, restorer::onBacklogDropped);
        if (settings.writes()) {
            group.onChange(restorer::accept);
        }
    }

    /** Begins to replicate results, if this node keeps any. */
    public void start() {
        if (parts.settings().writes()) {
            copyist.start();
            notes.start();
            restorer.start();
            restorer.accept(parts.group().roster());
        }
    }

    /**
     * Looks for a result: here, then in the mesh, where it is fetched from a holder. If there is none and nobody makes
     * it, the caller may. Blocks for as long as a fetch takes, or about a second if the mesh does not answer.
     */
    @Override
    public LookupResult lookup(ActionKey key) {
        return lookups.lookup(key);
    }

    /** The same, but claims nothing and waits for nobody's compile. */
    @Override
    public Optional<LookupResult.Hit> find(ActionKey key) {
        return lookups.find(key);
    }

    /**
     * As {@link #find}, for another key of a command that has been looked up already, so that its miss is counted once.
     */
    @Override
    public Optional<LookupResult.Hit> findUncounted(ActionKey key) {
        return lookups.findUncounted(key);
    }

    /** What is known of something that is no result of a command, as {@link #publishAdvisory} was told it. */
    @Override
    public Optional<InputStream> findAdvisory(ActionKey key) throws IOException {
        return parts.settings().reads() ? notes.find(key) : Optional.empty();
    }

    /** Tells two nodes something that is no result of a command, a little later. Does not block. */
    @Override
    public void publishAdvisory(ActionKey key, byte[] bytes) {
        if (parts.settings().writes()) {
            notes.publish(key, bytes);
        }
    }

    /** Whether this node may keep the result of a job for others. */
    public boolean sharesJob(Offer offer) {
        return parts.trust().sharesJob(offer);
    }

    /** A result that this node made, with its seal; empty if others would not accept it. */
    public Optional<ActionResult> signed(ActionKey key, ActionResult result) {
        return parts.trust().signed(key, result);
    }

    /**
     * Keeps a result that this node made, whose bytes are all in this node's store: here, in the mesh's index, and a
     * little later on a second node. Blocks for at most a few seconds, and that only while the mesh does not answer.
     *
     * @return whether it is kept here; if not, a warning says why, at most one a minute
     */
    public boolean keep(ActionKey key, ActionResult result) {
        Optional<ActionResult> signed = signed(key, result);
        if (signed.isEmpty() || !put(key, signed.get())) {
            return false;
        }
        parts.announce(key);
        copyist.add(key, signed.get());
        return true;
    }

    private boolean put(ActionKey key, ActionResult result) {
        if (!parts.settings().writes()) {
            return false;
        }
        try {
            parts.local().put(key, result);
            return true;
        } catch (IOException e) {
            parts.warnNotKept("a result", e);
            return false;
        }
    }

    /**
     * As {@link #keep}, for a result that another node made for this one and keeps too: no further copy is made of it,
     * and the mesh is told of this one only if it is the owner's; of all others it is told when it may be needed, after
     * a node has left. Does not wait for the mesh. False also if the result is not accepted.
     */
    @Override
    public boolean keepCopy(ActionKey key, ActionResult result) {
        boolean kept = parts.settings().writes() && parts.refusal(key, result, parts.makerOf(result)).isEmpty()
                && put(key, result);
        if (kept && isOwner(key, result.maker())) {
            parts.calls().runDetached(() -> parts.announce(key));
        }
        return kept;
    }

    private boolean isOwner(ActionKey key, String maker) {
        List<Peer> others = parts.group().roster().peers().stream()
                .filter(peer -> !peer.info().id().toString().equals(maker)).toList();
        return RendezvousHash.rank(key, others).stream().findFirst().map(Peer::self).orElse(false);
    }

    /** The bytes of a content; empty if they have gone meanwhile. They stay readable until the stream is closed. */
    @Override
    public Optional<InputStream> open(ResultContent content) throws IOException {
        return parts.local().open(content);
    }

    /** The keys of all results that this node holds, least recently used first. */
    public List<ActionKey> keys() {
        return parts.local().keys();
    }

    /** A result that this node holds, without a look at its bytes. */
    public Optional<ActionResult> peek(ActionKey key) {
        return parts.local().peek(key);
    }

    /** Reads all bytes of a result that this node holds; drops it if they are not what they should be. */
    public boolean verify(ActionKey key) throws IOException {
        boolean whole = parts.local().verify(key);
        if (!whole) {
            evict(key);
        }
        return whole;
    }

    /** Drops a result here; other nodes may still hold it. */
    @Override
    public void evict(ActionKey key) {
        parts.drop(key);
    }

    /** Whether a path is one of those that {@link #serve} answers. */
    public static boolean serves(String path) {
        return switch (path) {
            case "/result", "/await", "/keep", "/note", "/notes" -> true;
            default -> false;
        };
    }

    /** Answers a peer; closes the exchange. */
    public void serve(PeerStream exchange) throws IOException {
        answers.serve(exchange);
    }

    /** What the cache has done and holds. */
    public CacheStats stats() {
        return parts.counters().stats(parts.local());
    }

    /**
     * Sends the advisories that wait, for two seconds at most, and gives up what is under way. To be closed before the
     * group and the connections.
     */
    @Override
    public void close() {
        notes.finish();
        parts.calls().close();
        claims.close();
        copyist.close();
        notes.close();
        restorer.close();
    }
}
