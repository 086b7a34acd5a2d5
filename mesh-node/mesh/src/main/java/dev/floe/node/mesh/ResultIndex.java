package dev.floe.node.mesh;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.infinispan.context.Flag;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.Backoff;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.ResultIndexEntry;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.node.mesh.state.Roster;
import dev.floe.store.FailureText;

/**
 * The index of results in the mesh: which nodes hold them, and which produce one right now. Thread-safe.
 *
 * <p>An entry is kept by two nodes, whom the mesh's hash of the key names. A change is a comparison and an exchange at
 * the first of them, tried again if another came in between. Each call takes {@link #TIMEOUT} at most for each of its
 * steps; the last two are rare; what the mesh does not answer in time is unknown. While it does not answer,
 * which is so for the seconds until a dead node is missed, calls fail at once, so that only a few callers in a row
 * wait in vain.
 */
public final class ResultIndex {
    /** A mesh that has not answered by then is not waited for. */
    static final Duration TIMEOUT = Duration.ofMillis(1000);

    /** A claim that its maker neither kept nor gave up is forgotten after this long. */
    static final Duration CLAIM = Duration.ofMinutes(15);

    private static final Logger LOG = LogManager.getLogger(ResultIndex.class);
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final SharedMaps maps;
    private final Supplier<Roster> roster;
    private final LongSupplier nanoClock;
    /** Until when calls fail at once, in nanoseconds of the clock. */
    private volatile Backoff backoff = Backoff.fixed(PAUSE);

    ResultIndex(SharedMaps maps, Supplier<Roster> roster, LongSupplier nanoClock) {
        this.maps = maps;
        this.roster = roster;
        this.nanoClock = nanoClock;
    }

    /** A call to the mesh that was not answered. */
    private static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1;

        Unanswered(@Nullable String reason) {
            super(reason == null ? "no answer" : reason, null, false, false);
        }
    }

    /** How a result stands. */
    public ResultStatus find(ResultKey key) {
        try {
            return standing(read(key), roster.get());
        } catch (Unanswered e) {
            return new ResultStatus.Unknown(FailureText.of(e));
        }
    }

    /**
     * Enters this node as the one that makes a result, unless somebody holds it or makes it; of several that do this at
     * once one succeeds.
     *
     * @param ticket any number but 0 that this node has not used for the key before
     * @return how the result stands then: {@link ResultStatus.InProgress} with this node and ticket if it succeeded
     */
    public ResultStatus claim(ResultKey key, long ticket) {
        try {
            Roster present = roster.get();
            NodeId self = self(present);
            // No message for a hit whose entry this node keeps.
            ResultIndexEntry known = answer(() -> maps.results().withFlags(Flag.SKIP_REMOTE_LOOKUP).getAsync(key));
            if (known == null && !isPaused()) {
                ResultIndexEntry mine = ResultIndexEntry.NONE.madeBy(self, ticket);
                known = putIfAbsent(key, mine);
                if (known == null) {
                    return standing(mine, present);
                }
            }
            if (known != null && !(standing(known, present) instanceof ResultStatus.NotFound)) {
                return standing(known, present);
            }
            ResultIndexEntry after = change(key,
                    entry -> standing(entry, present) instanceof ResultStatus.NotFound
                            ? entry.madeBy(self, ticket)
                            : entry);
            return standing(after, present);
        } catch (Unanswered e) {
            return new ResultStatus.Unknown(FailureText.of(e));
        }
    }

    /** Takes this node's claim back if it still stands. */
    public void release(ResultKey key, long ticket) {
        quietly(key, self -> entry -> withoutClaim(entry, self, ticket));
    }

    /** Takes back the claim of a node that says it does not make this result. */
    public void release(ResultKey key, NodeId maker, long ticket) {
        quietly(key, _ -> entry -> withoutClaim(entry, maker, ticket));
    }

    private static ResultIndexEntry withoutClaim(ResultIndexEntry entry, NodeId maker, long ticket) {
        return entry.maker().equals(maker) && entry.ticket() == ticket ? entry.madeBy(NodeId.NONE, 0) : entry;
    }

    /**
     * Enters this node as a holder, whoever was said to make the result.
     *
     * @return how the result stands then; {@link ResultStatus.Unknown} if that is not certain
     */
    public ResultStatus announce(ResultKey key) {
        try {
            Roster present = roster.get();
            NodeId self = self(present);
            ResultIndexEntry after = change(key,
                    entry -> entry.holders().contains(self) && entry.maker().equals(NodeId.NONE)
                            ? entry
                            : entry.heldBy(self));
            return standing(after, present);
        } catch (Unanswered e) {
            return new ResultStatus.Unknown(FailureText.of(e));
        }
    }

    /** Removes this node as a holder. */
    public void retract(ResultKey key) {
        quietly(key, self -> entry -> entry.withoutHolder(self));
    }

    private void quietly(ResultKey key, Function<NodeId, UnaryOperator<ResultIndexEntry>> change) {
        try {
            change(key, change.apply(self(roster.get())));
        } catch (Unanswered e) {
            LOG.debug("index not changed reason=\"{}\"", FailureText.of(e));
        }
    }

    private static NodeId self(Roster roster) throws Unanswered {
        return roster.peers().stream().filter(Peer::self).findFirst()
                .orElseThrow(() -> new Unanswered("this node has not joined its mesh yet")).info().id();
    }

    /** What an entry means to someone who sees these nodes; a node that is not there counts for nothing. */
    static ResultStatus standing(ResultIndexEntry entry, Roster roster) {
        List<Peer> holders = entry.holders().stream().map(roster::find).flatMap(Optional::stream).toList();
        if (!holders.isEmpty()) {
            return new ResultStatus.Held(holders);
        }
        return roster.find(entry.maker()).<ResultStatus>map(maker -> new ResultStatus.InProgress(maker, entry.ticket()))
                .orElseGet(ResultStatus.NotFound::new);
    }

    /** Changes an entry, and gives what it is then. */
    private ResultIndexEntry change(ResultKey key, UnaryOperator<ResultIndexEntry> change) throws Unanswered {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ResultIndexEntry before = read(key);
            ResultIndexEntry after = change.apply(before);
            if (after.equals(before) || exchange(key, before, after)) {
                return after;
            }
        }
        throw new Unanswered("others change the same entry");
    }

    private ResultIndexEntry read(ResultKey key) throws Unanswered {
        if (isPaused()) {
            throw new Unanswered("the mesh did not answer a moment ago");
        }
        try {
            ResultIndexEntry entry = answer(() -> maps.results().getAsync(key));
            return entry == null ? ResultIndexEntry.NONE : entry;
        } catch (Unanswered e) {
            backoff = backoff.failed(nanoClock.getAsLong());
            throw e;
        }
    }

    private boolean exchange(ResultKey key, ResultIndexEntry before, ResultIndexEntry after) throws Unanswered {
        if (isPaused()) {
            throw new Unanswered("the mesh did not answer a moment ago");
        }
        if (before.isEmpty()) {
            return putIfAbsent(key, after) == null;
        }
        long lifespan = lifespan(after);
        try {
            return Boolean.TRUE.equals(answer(() -> after.isEmpty()
                    ? maps.results().removeAsync(key, before)
                    : maps.results().replaceAsync(key, before, after, lifespan, TimeUnit.MILLISECONDS)));
        } catch (Unanswered e) {
            backoff = backoff.failed(nanoClock.getAsLong());
            throw e;
        }
    }

    /** What was there before; null if there was nothing, and {@code entry} is there now. */
    private @Nullable ResultIndexEntry putIfAbsent(ResultKey key, ResultIndexEntry entry) throws Unanswered {
        try {
            return answer(() -> maps.results().putIfAbsentAsync(key, entry, lifespan(entry), TimeUnit.MILLISECONDS));
        } catch (Unanswered e) {
            backoff = backoff.failed(nanoClock.getAsLong());
            throw e;
        }
    }

    private boolean isPaused() {
        return backoff.isPaused(nanoClock.getAsLong());
    }

    private static long lifespan(ResultIndexEntry entry) {
        return entry.holders().isEmpty() ? CLAIM.toMillis() : -1;
    }

    private static <T> @Nullable T answer(Supplier<CompletableFuture<T>> call) throws Unanswered {
        try {
            return call.get().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered("interrupted");
        } catch (TimeoutException e) {
            throw new Unanswered("the mesh's index did not answer within " + TIMEOUT.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new Unanswered(FailureText.of(e));
        } catch (RuntimeException e) { // the cache throws many kinds while it starts, stops and splits
            throw new Unanswered(FailureText.of(e));
        }
    }
}
