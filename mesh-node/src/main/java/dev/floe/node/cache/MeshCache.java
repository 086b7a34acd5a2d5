package dev.floe.node.cache;

import dev.floe.node.cache.Claims.Outcome;
import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.PeerConnections;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The mesh's cache of results as one node sees it: finds results here and on peers, keeps new ones here and on a second node,
 * and sees to it that one action is not run twice at once. Thread-safe.
 *
 * <p>A result is held by the node that made it and by its owner ({@link Owners}); the index of the mesh says by whom. Only who
 * has all bytes of a result is entered there. Whatever goes wrong, here or there, is a miss.
 */
public final class MeshCache implements AutoCloseable {
    private final Parts parts;
    private final Claims claims = new Claims();
    private final Search search;
    private final Notes notes;
    private final Waits waits;
    private final Answers answers;
    private final Copyist copyist;
    private final Restorer restorer;

    /** @param trust which results this node takes from peers, gives out as hits and gives to peers */
    public MeshCache(LocalResults local, Group group, PeerConnections connections, CacheSettings settings,
            Trust trust) {
        parts = new Parts(local, group, settings, trust, new Calls(connections), new Shunned(System::nanoTime),
                new Counters(), new Warnings(System::nanoTime), new Warnings(System::nanoTime));
        Fetches fetches = new Fetches(parts);
        Copies copies = new Copies(parts);
        search = new Search(parts, fetches);
        waits = new Waits(parts, fetches, this::uncounted);
        notes = new Notes(parts, fetches);
        answers = new Answers(parts, claims, notes);
        restorer = new Restorer(parts, copies);
        copyist = new Copyist(parts, copies, restorer::fellBehind);
        if (settings.writes()) {
            copyist.start();
            notes.start();
            restorer.start();
            group.onChange(restorer::accept);
            restorer.accept(group.roster());
        }
    }

    /**
     * Looks for a result: here, then in the mesh, where it is fetched from a holder. If there is none and nobody makes it,
     * the caller may. Blocks for as long as a fetch takes, or about a second if the mesh does not answer.
     */
    public Lookup lookup(ActionKey key) {
        if (!parts.settings().reads()) {
            return new Lookup.Miss("results are not looked up here");
        }
        Optional<String> doubt = parts.trust().doubts().about(key);
        if (doubt.isPresent()) {
            return counted(new Lookup.Miss(doubt.get()));
        }
        Optional<Lookup.Hit> here = here(key);
        if (here.isPresent()) {
            return counted(here.get());
        }
        Claims.Begun begun = claims.begin(key);
        Lookup found = begun.mine() ? searched(begun.running()) : new Lookup.Busy(waits.at(begun.running()));
        return counted(found);
    }

    private Lookup searched(Claims.Running running) {
        Outcome outcome = new Outcome.GivenUp("the search broke off");
        try {
            ActionKey key = running.key();
            Optional<Lookup.Hit> here = here(key); // it may have come since, by one whose claim has just ended
            long ticket = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
            Search.Found found = here.<Search.Found>map(Search.Found.Got::new)
                    .orElseGet(() -> search.find(key, OptionalLong.of(ticket)));
            return switch (found) {
                case Search.Found.Got(Lookup.Hit hit) -> {
                    outcome = new Outcome.Done(key);
                    yield hit;
                }
                case Search.Found.Making(Standing.Making making) when making.maker().self() -> {
                    outcome = null;
                    yield new Lookup.Mine(new Claim(running, () -> parts.calls()
                            .errand(() -> parts.index().release(Parts.indexed(key), ticket))));
                }
                case Search.Found.Making(Standing.Making making) -> {
                    outcome = new Outcome.Elsewhere(waits.uncounted(making, key));
                    yield new Lookup.Busy(waits.at(making, key));
                }
                case Search.Found.Nothing(String reason) -> {
                    outcome = new Outcome.GivenUp(reason);
                    yield new Lookup.Miss(reason);
                }
            };
        } finally {
            if (outcome != null) {
                running.end(outcome);
            }
        }
    }

    /** The same, but claims nothing and waits for nobody's compile. */
    public Optional<Lookup.Hit> find(ActionKey key) {
        Optional<Lookup.Hit> hit = uncounted(key);
        if (hit.isPresent()) {
            counted(hit.get());
        } else {
            parts.counters().misses.increment();
        }
        return hit;
    }

    /** As {@link #find}, for another key of a command that has been looked up already, so that its miss is counted once. */
    public Optional<Lookup.Hit> findAlso(ActionKey key) {
        Optional<Lookup.Hit> hit = uncounted(key);
        hit.ifPresent(parts.counters()::hit);
        return hit;
    }

    /** What is known of something that is no result of a command, as {@link #tellNote} was told it. */
    public Optional<byte[]> findNote(ActionKey key) throws IOException {
        return parts.settings().reads() ? notes.find(key) : Optional.empty();
    }

    /** Tells two nodes something that is no result of a command, a little later. Does not block. */
    public void tellNote(ActionKey key, byte[] bytes) {
        if (parts.settings().writes()) {
            notes.tell(key, bytes);
        }
    }

    private Optional<Lookup.Hit> uncounted(ActionKey key) {
        if (!parts.settings().reads() || parts.trust().doubts().about(key).isPresent()) {
            return Optional.empty();
        }
        Optional<Lookup.Hit> here = here(key);
        return here.isPresent() || !(search.find(key, OptionalLong.empty()) instanceof Search.Found.Got(Lookup.Hit hit))
                ? here
                : Optional.of(hit);
    }

    private Optional<Lookup.Hit> here(ActionKey key) {
        return parts.here(key).map(result -> new Lookup.Hit(key, result, parts.settings().node(), false));
    }

    private Lookup counted(Lookup lookup) {
        switch (lookup) {
            case Lookup.Hit hit -> parts.counters().hit(hit);
            case Lookup.Mine _ -> {
                parts.counters().claims.increment();
                parts.counters().misses.increment();
            }
            case Lookup.Busy _,Lookup.Miss _ -> parts.counters().misses.increment();
        }
        return lookup;
    }

    /** A result that this node made, with its seal; empty if others would not accept it. */
    public Optional<ActionResult> signed(ActionKey key, ActionResult result) {
        return parts.trust().signed(key, result);
    }

    /**
     * Keeps a result that this node made, whose bytes are all in this node's store: here, in the mesh's index, and a little later on a second node.
     * Blocks for at most a few seconds, and that only while the mesh does not answer.
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
            parts.warnings().give("cannot keep a result", e);
            return false;
        }
    }

    /**
     * As {@link #keep}, for a result that another node made for this one and keeps too: no further copy is made of it, and the mesh is
     * told of this one only if it is the owner's; of all others it is told when it may be needed, after a node has left. Does not wait for the
     * mesh. False also if the result is not accepted.
     */
    public boolean keepCopy(ActionKey key, ActionResult result) {
        boolean kept = parts.settings().writes() && parts.refusal(key, result, parts.makerOf(result)).isEmpty()
                && put(key, result);
        if (kept && isOwner(key, result.maker())) {
            parts.calls().errand(() -> parts.announce(key));
        }
        return kept;
    }

    private boolean isOwner(ActionKey key, String maker) {
        List<Peer> others = parts.group().roster().peers().stream()
                .filter(peer -> !peer.info().id().toString().equals(maker)).toList();
        return Owners.rank(key, others).stream().findFirst().map(Peer::self).orElse(false);
    }

    /** The bytes of a content; empty if they have gone meanwhile. They stay readable until the stream is closed. */
    public Optional<InputStream> open(Content content) throws IOException {
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
    public void serve(Exchange exchange) throws IOException {
        answers.serve(exchange);
    }

    /** What the cache has done and holds. */
    public Stats stats() {
        return parts.counters().stats(parts.local());
    }

    /** Gives up what is under way. To be closed before the group and the connections. */
    @Override
    public void close() {
        parts.calls().close();
        claims.close();
        copyist.close();
        notes.close();
        restorer.close();
    }
}
