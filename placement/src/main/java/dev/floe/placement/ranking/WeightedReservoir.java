package dev.floe.placement.ranking;

import java.util.ArrayList;
import java.util.List;

import dev.floe.placement.view.NodeView;

/** The nodes with the smallest (rank, key) of all that were offered; equal keys are ordered by node id. */
final class WeightedReservoir {
    private final WeightedSampling draw;
    private final List<Drawn> kept;
    private final int size;

    /** A node with its place in the draw; rank goes before key. */
    record Drawn(NodeView node, int rank, double key) {
        boolean before(Drawn other) {
            if (rank != other.rank) {
                return rank < other.rank;
            }
            int byKey = Double.compare(key, other.key);
            return byKey != 0 ? byKey < 0 : node.id().compareTo(other.node.id()) < 0;
        }
    }

    WeightedReservoir(WeightedSampling draw, int size) {
        this.draw = draw;
        this.size = size;
        this.kept = new ArrayList<>(size + 1);
    }

    /** The logarithm is taken only for nodes that can still get in, a few of a thousand. */
    void offer(NodeView node, int rank, double weight) {
        double uniform = draw.uniform(node.id());
        if (kept.size() == size) {
            if (size == 0) {
                return;
            }
            Drawn last = kept.getLast();
            if (rank > last.rank || rank == last.rank && WeightedSampling.keyAtLeast(uniform, weight) > last.key) {
                return;
            }
        }
        Drawn drawn = new Drawn(node, rank, WeightedSampling.key(uniform, weight));
        int at = kept.size();
        while (at > 0 && drawn.before(kept.get(at - 1))) {
            at--;
        }
        kept.add(at, drawn);
        if (kept.size() > size) {
            kept.removeLast();
        }
    }

    /** First drawn first. */
    List<Drawn> drawn() {
        return kept;
    }
}
