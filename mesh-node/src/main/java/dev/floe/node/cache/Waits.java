package dev.floe.node.cache;

import dev.floe.node.cache.Claims.Outcome;
import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.AwaitMessage;
import dev.floe.node.wire.AwaitMessage.Await;
import dev.floe.node.wire.AwaitMessage.Done;
import dev.floe.node.wire.AwaitMessage.GivenUp;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.PeerConnections.Lane;
import dev.floe.store.action.ActionKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Waits for results that are being made, here or on a peer. Thread-safe. */
final class Waits {
    /** After its maker said that a result is done, it may take so long until whoever ran the compile has announced it. */
    private static final Duration ANNOUNCED = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private final Parts parts;
    private final Fetches fetches;
    private final Function<ActionKey, Optional<Lookup.Hit>> find;

    /** @param find looks for a result here and in the mesh, without waiting */
    Waits(Parts parts, Fetches fetches, Function<ActionKey, Optional<Lookup.Hit>> find) {
        this.parts = parts;
        this.fetches = fetches;
        this.find = find;
    }

    /** For a result that somebody on this node looks for or makes. */
    Waiting at(Claims.Running running) {
        return counted((limit, gone) -> {
            long end = System.nanoTime() + nanos(limit);
            return switch (first(running.outcome(), gone, end).orElse(null)) {
                case Outcome.Done(ActionKey storedUnder) -> collect(storedUnder, Optional.empty(), end, gone);
                case Outcome.Elsewhere(Waiting waiting) ->
                    waiting.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())), gone);
                case Outcome.GivenUp _ -> Optional.empty();
                case null -> Optional.empty();
            };
        });
    }

    /** For a result that a peer makes, as the index says. */
    Waiting at(Standing.Making making, ActionKey key) {
        return counted(uncounted(making, key));
    }

    /** The same for one who is counted already. */
    Waiting uncounted(Standing.Making making, ActionKey key) {
        return (limit, gone) -> {
            long end = System.nanoTime() + nanos(limit);
            try (Call<Outcome> call = parts.calls().begin(making.maker(), Lane.JOBS, "/await",
                    (conversation, _) -> ask(conversation, key))) {
                return switch (first(call.answer(), gone, end).orElse(null)) {
                    case Outcome.Done(ActionKey storedUnder) ->
                        collect(storedUnder, Optional.of(making.maker()), end, gone);
                    case Outcome.GivenUp _,Outcome.Elsewhere _ -> {
                        parts.calls().errand(() -> parts.index().release(Parts.indexed(key),
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

    private Waiting counted(Waiting waiting) {
        return (limit, gone) -> {
            parts.counters().waits.increment();
            Optional<Lookup.Hit> hit = waiting.await(limit, gone);
            if (hit.isPresent()) {
                parts.counters().hit(hit.get());
                parts.counters().waitHits.increment();
            }
            return hit;
        };
    }

    private static Outcome ask(Conversation conversation, ActionKey key) throws IOException {
        conversation.send(new Await(key.bytes()));
        conversation.finish();
        return switch (conversation.receive(AwaitMessage.class)) {
            case Done done -> new Outcome.Done(Blobs.key(done.storedUnder()));
            case GivenUp givenUp -> new Outcome.GivenUp(givenUp.reason());
            case Await _ -> throw new IOException("a question where an answer was expected");
        };
    }

    /** Gets a result that is said to be done, from here, from who said so, or from wherever it is announced. */
    private Optional<Lookup.Hit> collect(ActionKey key, Optional<Peer> maker, long end,
            CompletableFuture<Void> gone) {
        long until = Math.min(end, System.nanoTime() + ANNOUNCED.toNanos());
        Optional<Lookup.Hit> hit = parts.here(key)
                .map(result -> new Lookup.Hit(key, result, parts.settings().node(), false));
        if (hit.isEmpty() && maker.isPresent()
                && fetches.from(maker.get(), key) instanceof Fetches.Fetched.Got(Lookup.Hit fetched)) {
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
    private static Optional<Outcome> first(CompletableFuture<Outcome> outcome, CompletableFuture<Void> gone,
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
