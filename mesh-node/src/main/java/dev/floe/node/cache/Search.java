package dev.floe.node.cache;

import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.store.action.ActionKey;
import java.util.OptionalLong;

/** A look through the mesh for a result that is not here. Thread-safe. */
final class Search {
    private static final int ROUNDS = 4;

    private final Parts parts;
    private final Fetches fetches;

    Search(Parts parts, Fetches fetches) {
        this.parts = parts;
        this.fetches = fetches;
    }

    /** What the mesh has of a result. */
    sealed interface Found {
        record Got(Lookup.Hit hit) implements Found {}

        /** Somebody makes it; this node, if it has just claimed it. */
        record Making(Standing.Making making) implements Found {}

        record Nothing(String reason) implements Found {}
    }

    /**
     * Asks the index and then the holders that it names.
     *
     * @param ticket to claim the result with if nobody holds or makes it; empty not to
     */
    Found find(ActionKey key, OptionalLong ticket) {
        ResultKey indexed = Parts.indexed(key);
        Standing standing = ticket.isPresent()
                ? parts.index().claim(indexed, ticket.getAsLong())
                : parts.index().find(indexed);
        for (int round = 0; round < ROUNDS; round++) {
            switch (standing) {
                case Standing.Held held -> {
                    if (held.holders().stream().anyMatch(Peer::self)) {
                        parts.index().retract(indexed);
                    }
                    switch (fetches.from(held, key)) {
                        case Fetches.Fetched.Got(Lookup.Hit hit) -> {
                            return new Found.Got(hit);
                        }
                        case Fetches.Fetched.Failed(String reason) -> {
                            return new Found.Nothing(reason);
                        }
                        case Fetches.Fetched.Gone _ -> standing = ticket.isPresent()
                                ? parts.index().claim(indexed, ticket.getAsLong())
                                : parts.index().find(indexed);
                    }
                }
                case Standing.Making making when !making.maker().self() -> {
                    return parts.shunned().contains(making.maker())
                            ? new Found.Nothing(making.maker().info().name() + " makes it, but does not answer")
                            : new Found.Making(making);
                }
                case Standing.Making making when ticket.isEmpty() || ticket.getAsLong() == making.ticket() -> {
                    return new Found.Making(making);
                }
                case Standing.Making making -> { // of an earlier attempt
                    parts.index().release(indexed, making.ticket());
                    standing = parts.index().claim(indexed, ticket.getAsLong());
                }
                case Standing.Nowhere _ -> {
                    return new Found.Nothing("no node holds it");
                }
                case Standing.Unknown(String reason) -> {
                    return new Found.Nothing(reason);
                }
            }
        }
        return new Found.Nothing("those who should hold it do not");
    }
}
