package dev.floe.node.cache.replication;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.actioncache.ActionKey;

/**
 * The weighted rendezvous hash that selects the node for the second copy of a result. A node is first for a share of
 * the keys that is its share of the bytes. When a node comes or goes only its own keys move (Thaler and Ravishankar
 * 1998; the weights after Schindelhauer and Schomaker 2005). The same on every node.
 */
public final class RendezvousHash {
    private static final double TWO_TO_THE_MINUS_53 = 0x1.0p-53;

    private RendezvousHash() {}

    /** The nodes that keep results at all, the owner first, then whoever would be the owner without those before. */
    public static List<Peer> rank(ActionKey key, List<Peer> nodes) {
        Map<NodeId, Double> scores = new HashMap<>();
        for (Peer node : nodes) {
            if (node.info().offering().cacheBytes() > 0) {
                scores.put(node.info().id(), score(key, node));
            }
        }
        return nodes.stream().filter(node -> scores.containsKey(node.info().id()))
                .sorted(Comparator.comparingDouble((Peer node) -> scores.get(node.info().id())).reversed()
                        .thenComparing(node -> node.info().id()))
                .toList();
    }

    private static double score(ActionKey key, Peer node) {
        NodeId id = node.info().id();
        long hash = mixed(mixed(mixed(key.a() ^ id.high()) + key.b()) ^ id.low());
        double drawn = ((hash >>> 11) + 0.5) * TWO_TO_THE_MINUS_53;
        return -node.info().offering().cacheBytes() / StrictMath.log(drawn);
    }

    /** The finalizer of SplitMix64. */
    private static long mixed(long value) {
        long z = value + 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}
