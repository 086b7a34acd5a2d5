package dev.floe.node.cache;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

import dev.floe.node.cache.claims.InFlightResults;
import dev.floe.node.cache.claims.InFlightResults.ClaimOutcome;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.ResultClaim;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.PendingResults;
import dev.floe.node.cache.transfer.RemoteLookup;
import dev.floe.node.cache.transfer.ResultFetcher;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.store.actioncache.ActionKey;

/**
 * The lookup of a result: in this node, then in the mesh, where the miss is claimed so that one action is not run twice
 * at once. Counts hits and misses. Thread-safe.
 */
final class CountedLookup {
    private final CacheContext parts;
    private final InFlightResults claims;
    private final RemoteLookup search;
    private final PendingResults waits;

    CountedLookup(CacheContext parts, InFlightResults claims, ResultFetcher fetches) {
        this.parts = parts;
        this.claims = claims;
        this.search = new RemoteLookup(parts, fetches);
        this.waits = new PendingResults(parts, fetches, this::uncounted);
    }

    /** See {@link ResultCache#lookup}. */
    LookupResult lookup(ActionKey key) {
        if (!parts.settings().reads()) {
            return new LookupResult.Miss("results are not looked up here");
        }
        Optional<String> doubt = parts.trust().doubts().about(key);
        if (doubt.isPresent()) {
            return counted(new LookupResult.Miss(doubt.get()));
        }
        Optional<LookupResult.Hit> here = here(key);
        if (here.isPresent()) {
            return counted(here.get());
        }
        InFlightResults.BeginResult begun = claims.begin(key);
        LookupResult found = begun.mine()
                ? searched(begun.running())
                : new LookupResult.InFlight(waits.at(begun.running()));
        return counted(found);
    }

    private LookupResult searched(InFlightResults.InFlightResult running) {
        ClaimOutcome outcome = new ClaimOutcome.ClaimAbandoned("the search broke off");
        try {
            ActionKey key = running.key();
            Optional<LookupResult.Hit> here = here(key); // it may have come since, by one whose claim has just ended
            long ticket = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
            RemoteLookup.SearchOutcome found = here.<RemoteLookup.SearchOutcome>map(
                    RemoteLookup.SearchOutcome.RemoteHit::new)
                    .orElseGet(() -> search.find(key, OptionalLong.of(ticket)));
            return switch (found) {
                case RemoteLookup.SearchOutcome.RemoteHit(LookupResult.Hit hit) -> {
                    outcome = new ClaimOutcome.ClaimDone(key);
                    yield hit;
                }
                case RemoteLookup.SearchOutcome.RemoteInFlight(ResultStatus.InProgress making) when making.maker()
                        .self() -> {
                    outcome = null;
                    yield new LookupResult.Claimed(new ResultClaim(running, () -> parts.calls()
                            .runDetached(() -> parts.index().release(CacheContext.indexed(key), ticket))));
                }
                case RemoteLookup.SearchOutcome.RemoteInFlight(ResultStatus.InProgress making) -> {
                    outcome = new ClaimOutcome.RunningElsewhere(waits.uncounted(making, key));
                    yield new LookupResult.InFlight(waits.at(making, key));
                }
                case RemoteLookup.SearchOutcome.RemoteMiss(String reason) -> {
                    outcome = new ClaimOutcome.ClaimAbandoned(reason);
                    yield new LookupResult.Miss(reason);
                }
            };
        } finally {
            if (outcome != null) {
                running.end(outcome);
            }
        }
    }

    /** See {@link ResultCache#find}. */
    Optional<LookupResult.Hit> find(ActionKey key) {
        Optional<LookupResult.Hit> hit = uncounted(key);
        if (hit.isPresent()) {
            counted(hit.get());
        } else {
            parts.counters().misses.increment();
        }
        return hit;
    }

    /** See {@link ResultCache#findUncounted}. */
    Optional<LookupResult.Hit> findUncounted(ActionKey key) {
        Optional<LookupResult.Hit> hit = uncounted(key);
        hit.ifPresent(parts.counters()::hit);
        return hit;
    }

    private Optional<LookupResult.Hit> uncounted(ActionKey key) {
        if (!parts.settings().reads() || parts.trust().doubts().about(key).isPresent()) {
            return Optional.empty();
        }
        Optional<LookupResult.Hit> here = here(key);
        return here.isPresent() || !(search.find(key,
                OptionalLong.empty()) instanceof RemoteLookup.SearchOutcome.RemoteHit(LookupResult.Hit hit))
                        ? here
                        : Optional.of(hit);
    }

    private Optional<LookupResult.Hit> here(ActionKey key) {
        return parts.findUsable(key).map(result -> new LookupResult.Hit(key, result, parts.settings().node(), false));
    }

    private LookupResult counted(LookupResult lookup) {
        switch (lookup) {
            case LookupResult.Hit hit -> parts.counters().hit(hit);
            case LookupResult.Claimed _ -> {
                parts.counters().claims.increment();
                parts.counters().misses.increment();
            }
            case LookupResult.InFlight _,LookupResult.Miss _ -> parts.counters().misses.increment();
        }
        return lookup;
    }
}
