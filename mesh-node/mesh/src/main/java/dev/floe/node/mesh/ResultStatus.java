package dev.floe.node.mesh;

import java.util.List;

import dev.floe.node.mesh.state.Peer;

/** The status of a result in the mesh, as far as the present nodes know. */
public sealed interface ResultStatus {
    /** These nodes say that they hold it; at least one, this node perhaps among them. */
    record Held(List<Peer> holders) implements ResultStatus {
        public Held {
            holders = List.copyOf(holders);
        }
    }

    /** This node, which may be the one that asks, makes it; {@code ticket} is the number that it chose for that. */
    record InProgress(Peer maker, long ticket) implements ResultStatus {}

    /** Nobody holds it or makes it. */
    record NotFound() implements ResultStatus {}

    /** The mesh did not answer. */
    record Unknown(String reason) implements ResultStatus {}
}
