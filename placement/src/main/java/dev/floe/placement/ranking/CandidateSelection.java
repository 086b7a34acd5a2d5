package dev.floe.placement.ranking;

import java.util.ArrayList;
import java.util.List;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeView;

/**
 * Selects candidates in one pass over all nodes: which of them to look at closer, and how loaded the eligible nodes
 * are.
 *
 * @param nodes    to be judged, each with its key in the job's draw
 * @param homes    of the job, nearest first
 * @param meanLoad busy slots of the eligible nodes as a share of their slots
 * @param capacity reference-core seconds that the eligible nodes do in a second
 */
record CandidateSelection(List<WeightedReservoir.Drawn> nodes, List<NodeView> homes, double meanLoad, double capacity) {

    static CandidateSelection of(ClusterView view, PlacementRequest job, PlacementParameters policy) {
        WeightedSampling draw = WeightedSampling.of(job.key());
        WeightedReservoir sample = new WeightedReservoir(draw, policy.sample());
        WeightedReservoir emulated = new WeightedReservoir(draw, policy.sample());
        WeightedReservoir homes = new WeightedReservoir(WeightedSampling.of(job.toolchain(), job.affinity()),
                policy.affinity().homes());
        List<NodeView> always = new ArrayList<>();
        double busy = 0;
        long slots = 0;
        double capacity = 0;
        for (NodeView node : view.nodes()) {
            if (IneligibleNode.reason(node, job).isPresent()) {
                continue;
            }
            ExecutionMode way = ExecutionMode.of(node, job).orElseThrow();
            busy += Math.max(0, node.busySlots());
            slots += node.slots();
            capacity += node.capacity(way);
            // In a draw of their own, so that they take no place from the others.
            (way.emulated() ? emulated : sample).offer(node, ExpectedAnswer.of(node, way, job, policy).ordinal(),
                    weight(node, way));
            if (!way.emulated()) {
                homes.offer(node, 0, node.capacity(way));
            }
            if (node.self()) {
                always.add(node);
            }
        }
        List<NodeView> home = homes.drawn().stream().map(WeightedReservoir.Drawn::node).toList();
        always.addAll(home);
        List<WeightedReservoir.Drawn> nodes = new ArrayList<>(sample.drawn());
        nodes.addAll(emulated.drawn());
        for (NodeView node : always) {
            if (nodes.stream().noneMatch(drawn -> drawn.node().id().equals(node.id()))) {
                ExecutionMode way = ExecutionMode.of(node, job).orElseThrow();
                double key = WeightedSampling.key(draw.uniform(node.id()), weight(node, way));
                nodes.add(new WeightedReservoir.Drawn(node, ExpectedAnswer.of(node, way, job, policy).ordinal(), key));
            }
        }
        return new CandidateSelection(nodes, home, slots == 0 ? 0 : busy / slots, capacity);
    }

    /** Free capacity; of a full node, the rate at which slots become free, shared with those that wait for one. */
    private static double weight(NodeView node, ExecutionMode way) {
        if (node.hasRoom()) {
            return node.freeSlots() * way.speed();
        }
        return node.capacity(way) / (1 + Math.max(0, 0.5 - node.freeSlots()));
    }

    double keyOf(NodeView node) {
        for (WeightedReservoir.Drawn drawn : nodes) {
            if (drawn.node() == node) {
                return drawn.key();
            }
        }
        throw new IllegalArgumentException("node " + node.id() + " was not drawn");
    }
}
