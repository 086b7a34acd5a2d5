package dev.floe.node.report;

import java.io.IOException;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/**
 * The members that a node knows, for {@code floe mesh info}: a line with the id of the mesh, then one for each node
 * with its name and address. The id is empty if the node is in no mesh.
 */
record MembersReport(String meshId, List<Peer> members) {
    static MembersReport of(Node node) {
        return new MembersReport(node.mesh().map(MeshKey::id).orElse(""), node.group().roster().peers());
    }

    void write(LineSink lines) throws IOException {
        lines.accept(meshId);
        for (Peer peer : members) {
            NodeInfo info = peer.info();
            lines.accept(info.name() + " " + AddressText.of(info.host(), info.dataPort()));
        }
    }
}
