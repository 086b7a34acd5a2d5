package dev.floe.node.mesh;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

/** A line of the log for each node that joins or leaves the mesh. Owned by the thread that reads the rosters. */
final class MembershipLog implements Consumer<Roster> {
    private static final Logger LOG = LogManager.getLogger(MembershipLog.class);

    private final Consumer<String> lines;
    private Map<NodeId, NodeInfo> known = Map.of();

    MembershipLog() {
        this(LOG::info);
    }

    MembershipLog(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void accept(Roster roster) {
        Map<NodeId, NodeInfo> now = new HashMap<>();
        for (Peer peer : roster.others()) {
            now.put(peer.info().id(), peer.info());
        }
        known.values().stream().filter(node -> !now.containsKey(node.id()))
                .forEach(node -> lines.accept(words(node, "left the mesh", now.size())));
        now.values().stream().filter(node -> !known.containsKey(node.id()))
                .forEach(node -> lines.accept(words(node, "joined the mesh", now.size())));
        known = now;
    }

    private static String words(NodeInfo node, String what, int others) {
        return "node=" + node.name() + " address=" + AddressText.of(node.host(), node.dataPort()) + " " + what
                + ", which has " + (others + 1) + " nodes now";
    }
}
