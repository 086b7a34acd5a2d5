package dev.floe.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * The one pass over all nodes that a decision takes: who is worth a closer look, and how loaded the eligible nodes are.
 *
 * @param nodes    to be judged, each with its key in the job's draw
 * @param homes    of the job, nearest first
 * @param meanLoad busy slots of the eligible nodes as a share of their slots
 * @param capacity reference-core seconds that the eligible nodes do in a second
 */
record Survey(List<Reservoir.Drawn> nodes, List<NodeView> homes, double meanLoad, double capacity) {

    static Survey of(ClusterView view, Job job, Policy policy) {
        Draw draw = Draw.of(job.key());
        Reservoir sample = new Reservoir(draw, policy.sample());
        Reservoir emulated = new Reservoir(draw, policy.sample());
        Reservoir homes = new Reservoir(Draw.of(job.toolchain(), job.affinity()), policy.affinity().homes());
        List<NodeView> always = new ArrayList<>();
        double busy = 0;
        long slots = 0;
        double capacity = 0;
        for (NodeView node : view.nodes()) {
            if (Ineligible.reason(node, job).isPresent()) {
                continue;
            }
            Way way = Way.of(node, job).orElseThrow();
            busy += Math.max(0, node.busySlots());
            slots += node.slots();
            capacity += node.capacity(way);
            // In a draw of their own, so that they take no place from the others.
            (way.emulated() ? emulated : sample).offer(node, Prospect.of(node, way, job, policy).ordinal(),
                    weight(node, way));
            if (!way.emulated()) {
                homes.offer(node, 0, node.capacity(way));
            }
            if (node.self()) {
                always.add(node);
            }
        }
        List<NodeView> home = homes.drawn().stream().map(Reservoir.Drawn::node).toList();
        always.addAll(home);
        List<Reservoir.Drawn> nodes = new ArrayList<>(sample.drawn());
        nodes.addAll(emulated.drawn());
        for (NodeView node : always) {
            if (nodes.stream().noneMatch(drawn -> drawn.node().id().equals(node.id()))) {
                Way way = Way.of(node, job).orElseThrow();
                double key = Draw.key(draw.uniform(node.id()), weight(node, way));
                nodes.add(new Reservoir.Drawn(node, Prospect.of(node, way, job, policy).ordinal(), key));
            }
        }
        return new Survey(nodes, home, slots == 0 ? 0 : busy / slots, capacity);
    }

    /** Free capacity; of a full node, the rate at which slots become free, shared with those that wait for one. */
    private static double weight(NodeView node, Way way) {
        if (node.hasRoom()) {
            return node.freeSlots() * way.speed();
        }
        return node.capacity(way) / (1 + Math.max(0, 0.5 - node.freeSlots()));
    }

    double keyOf(NodeView node) {
        for (Reservoir.Drawn drawn : nodes) {
            if (drawn.node() == node) {
                return drawn.key();
            }
        }
        throw new IllegalArgumentException("node " + node.id() + " was not drawn");
    }
}
