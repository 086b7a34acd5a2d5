package dev.floe.node.cache.transfer;

import java.util.OptionalLong;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.store.actioncache.ActionKey;

/** A look through the mesh for a result that is not here. Thread-safe. */
public final class RemoteLookup {
    private static final int ROUNDS = 4;

    private final CacheContext parts;
    private final ResultFetcher fetches;

    public RemoteLookup(CacheContext parts, ResultFetcher fetches) {
        this.parts = parts;
        this.fetches = fetches;
    }

    /** What the mesh has of a result. */
    public sealed interface SearchOutcome {
        record RemoteHit(LookupResult.Hit hit) implements SearchOutcome {}

        /** Somebody makes it; this node, if it has just claimed it. */
        record RemoteInFlight(ResultStatus.InProgress making) implements SearchOutcome {}

        record RemoteMiss(String reason) implements SearchOutcome {}
    }

    /**
     * Asks the index and then the holders that it names.
     *
     * @param ticket to claim the result with if nobody holds or makes it; empty not to
     */
    public SearchOutcome find(ActionKey key, OptionalLong ticket) {
        ResultKey indexed = CacheContext.indexed(key);
        ResultStatus standing = ticket.isPresent()
                ? parts.index().claim(indexed, ticket.getAsLong())
                : parts.index().find(indexed);
        for (int round = 0; round < ROUNDS; round++) {
            switch (standing) {
                case ResultStatus.Held held -> {
                    if (held.holders().stream().anyMatch(Peer::self)) {
                        parts.index().retract(indexed);
                    }
                    switch (fetches.from(held, key)) {
                        case ResultFetcher.FetchResult.Fetched(LookupResult.Hit hit) -> {
                            return new SearchOutcome.RemoteHit(hit);
                        }
                        case ResultFetcher.FetchResult.FetchFailed(String reason) -> {
                            return new SearchOutcome.RemoteMiss(reason);
                        }
                        case ResultFetcher.FetchResult.NotHeld _ -> standing = ticket.isPresent()
                                ? parts.index().claim(indexed, ticket.getAsLong())
                                : parts.index().find(indexed);
                    }
                }
                case ResultStatus.InProgress making when !making.maker().self() -> {
                    return parts.shunned().contains(making.maker())
                            ? new SearchOutcome.RemoteMiss(
                                    making.maker().info().name() + " makes it, but does not answer")
                            : new SearchOutcome.RemoteInFlight(making);
                }
                case ResultStatus.InProgress making when ticket.isEmpty() || ticket.getAsLong() == making.ticket() -> {
                    return new SearchOutcome.RemoteInFlight(making);
                }
                case ResultStatus.InProgress making -> { // of an earlier attempt
                    parts.index().release(indexed, making.ticket());
                    standing = parts.index().claim(indexed, ticket.getAsLong());
                }
                case ResultStatus.NotFound _ -> {
                    return new SearchOutcome.RemoteMiss("no node holds it");
                }
                case ResultStatus.Unknown(String reason) -> {
                    return new SearchOutcome.RemoteMiss(reason);
                }
            }
        }
        return new SearchOutcome.RemoteMiss("those who should hold it do not");
    }
}
