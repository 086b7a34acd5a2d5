package dev.floe.placement.view;

import java.util.List;

/**
 * The mesh as one submitter sees it at one moment.
 *
 * @param nodes in any order, each id once; the order never matters to a ranking
 */
public record ClusterView(List<NodeView> nodes) {
    public ClusterView {
        nodes = List.copyOf(nodes);
    }

    /** The same without the submitter's own node. */
    public ClusterView others() {
        return new ClusterView(nodes.stream().filter(node -> !node.self()).toList());
    }
}
