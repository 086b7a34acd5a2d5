package dev.floe.node.mesh;

import dev.floe.node.mesh.state.Peer;
import java.util.List;

/** How a result stands in the mesh, as far as nodes are concerned that are there. */
public sealed interface Standing {
    /** These nodes say that they hold it; at least one, this node perhaps among them. */
    record Held(List<Peer> holders) implements Standing {
        public Held {
            holders = List.copyOf(holders);
        }
    }

    /** This node, which may be the one that asks, makes it; {@code ticket} is the number that it chose for that. */
    record Making(Peer maker, long ticket) implements Standing {}

    /** Nobody holds it or makes it. */
    record Nowhere() implements Standing {}

    /** The mesh did not answer. */
    record Unknown(String reason) implements Standing {}
}
