package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import dev.floe.node.cache.claims.InFlightResults;
import dev.floe.node.cache.claims.InFlightResults.ClaimOutcome;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.PendingResult;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.AwaitMessage;
import dev.floe.node.rpc.messages.AwaitMessage.Abandoned;
import dev.floe.node.rpc.messages.AwaitMessage.AwaitResult;
import dev.floe.node.rpc.messages.AwaitMessage.ResultReady;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.actioncache.ActionKey;

/** Waits for results that are being made, here or on a peer. Thread-safe. */
public final class PendingResults {
    /**
     * How long the announcement of a result may take after its producer has reported it done.
     */
    private static final Duration ANNOUNCED = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private final CacheContext parts;
    private final ResultFetcher fetches;
    private final Function<ActionKey, Optional<LookupResult.Hit>> find;

    /** @param find looks for a result here and in the mesh, without waiting */
    public PendingResults(CacheContext parts, ResultFetcher fetches,
            Function<ActionKey, Optional<LookupResult.Hit>> find) {
        this.parts = parts;
        this.fetches = fetches;
        this.find = find;
    }

    /** For a result that somebody on this node looks for or makes. */
    public PendingResult at(InFlightResults.InFlightResult running) {
        return counted((limit, gone) -> {
            long end = System.nanoTime() + nanos(limit);
            return switch (first(running.outcome(), gone, end).orElse(null)) {
                case ClaimOutcome.ClaimDone(ActionKey storedUnder) -> collect(storedUnder, Optional.empty(), end, gone);
                case ClaimOutcome.RunningElsewhere(PendingResult waiting) ->
                    waiting.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())), gone);
                case ClaimOutcome.ClaimAbandoned _ -> Optional.empty();
                case null -> Optional.empty();
            };
        });
    }

    /** For a result that a peer makes, as the index says. */
    public PendingResult at(ResultStatus.InProgress making, ActionKey key) {
        return counted(uncounted(making, key));
    }

    /** The same for one who is counted already. */
    public PendingResult uncounted(ResultStatus.InProgress making, ActionKey key) {
        return (limit, gone) -> {
            long end = System.nanoTime() + nanos(limit);
            try (PeerCall<ClaimOutcome> call = parts.calls().begin(making.maker(), ConnectionClass.JOBS, "/await",
                    (conversation, _) -> ask(conversation, key))) {
                return switch (first(call.answer(), gone, end).orElse(null)) {
                    case ClaimOutcome.ClaimDone(ActionKey storedUnder) ->
                        collect(storedUnder, Optional.of(making.maker()), end, gone);
                    case ClaimOutcome.ClaimAbandoned _,ClaimOutcome.RunningElsewhere _ -> {
                        parts.calls().runDetached(() -> parts.index().release(CacheContext.indexed(key),
                                making.maker().info().id(), making.ticket()));
                        yield Optional.empty();
                    }
                    case null -> {
                        if (call.answer().isCompletedExceptionally()) {
                            parts.shunned().add(making.maker());
                        }
                        yield Optional.empty();
                    }
                };
            }
        };
    }

    private PendingResult counted(PendingResult waiting) {
        return (limit, gone) -> {
            parts.counters().waits.increment();
            Optional<LookupResult.Hit> hit = waiting.await(limit, gone);
            if (hit.isPresent()) {
                parts.counters().hit(hit.get());
                parts.counters().waitHits.increment();
            }
            return hit;
        };
    }

    private static ClaimOutcome ask(MessageStream conversation, ActionKey key) throws IOException {
        conversation.send(new AwaitResult(key.bytes()));
        conversation.finish();
        return switch (conversation.receive(AwaitMessage.class)) {
            case ResultReady done -> new ClaimOutcome.ClaimDone(ResultBlobTransfer.key(done.storedUnder()));
            case Abandoned givenUp -> new ClaimOutcome.ClaimAbandoned(givenUp.reason());
            case AwaitResult _ -> throw new IOException("a question where an answer was expected");
        };
    }

    /** Gets a result that is said to be done, from here, from who said so, or from wherever it is announced. */
    private Optional<LookupResult.Hit> collect(ActionKey key, Optional<Peer> maker, long end,
            CompletableFuture<Void> gone) {
        long until = Math.min(end, System.nanoTime() + ANNOUNCED.toNanos());
        Optional<LookupResult.Hit> hit = parts.findUsable(key)
                .map(result -> new LookupResult.Hit(key, result, parts.settings().node(), false));
        if (hit.isEmpty() && maker.isPresent()
                && fetches.from(maker.get(),
                        key) instanceof ResultFetcher.FetchResult.Fetched(LookupResult.Hit fetched)) {
            hit = Optional.of(fetched);
        }
        for (long pause = FIRST_PAUSE_NANOS; hit.isEmpty(); pause *= 2) {
            hit = find.apply(key);
            if (hit.isEmpty() && !passes(pause, until, gone)) {
                return hit;
            }
        }
        return hit;
    }

    /** Lets time pass; false if it is over. */
    private static boolean passes(long pauseNanos, long until, CompletableFuture<Void> gone) {
        long wait = Math.min(pauseNanos, until - System.nanoTime());
        if (wait <= 0) {
            return false;
        }
        try {
            gone.get(wait, TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException | CancellationException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The outcome, unless it fails, time passes or {@code gone} comes first. */
    private static Optional<ClaimOutcome> first(CompletableFuture<ClaimOutcome> outcome, CompletableFuture<Void> gone,
            long end) {
        try {
            CompletableFuture.anyOf(outcome, gone).get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        return gone.isDone() ? Optional.empty() : Optional.ofNullable(outcome.getNow(null));
    }

    private static long nanos(Duration limit) {
        return limit.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toNanos() : limit.toNanos();
    }
}
