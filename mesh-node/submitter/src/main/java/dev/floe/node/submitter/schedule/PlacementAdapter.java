package dev.floe.node.submitter.schedule;

import java.time.Duration;
import java.util.Set;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;

/** Adapts the records of nodes to the types of the placement module. */
public final class PlacementAdapter {
    private PlacementAdapter() {}

    static boolean draining(Peer peer) {
        return peer.state().map(NodeState::draining).orElse(false);
    }

    static NodeProfile profile(String id, Peer peer) {
        NodeInfo info = peer.info();
        return new NodeProfile(id, peer.self(),
                new NodeSpec(info.machine().architecture(), info.offering().executes() ? info.offering().slots() : 0,
                        info.machine().speed(), Set.copyOf(info.machine().emulated()), info.allFeatures()),
                Set.copyOf(info.offering().toolchains()), draining(peer));
    }

    static dev.floe.placement.view.NodeLoad state(String node, NodeState state) {
        return new dev.floe.placement.view.NodeLoad(node, state.stamp().epoch(), state.stamp().sequence(),
                state.freeSlots() - state.queued(), Duration.ofMillis(state.queuedMillis()), state.freeMemoryBytes());
    }

    public static dev.floe.placement.view.NodeLoad state(String node, WireState state) {
        return new dev.floe.placement.view.NodeLoad(node, state.epoch(), state.sequence(),
                state.freeSlots() - state.queued(),
                Duration.ofMillis(Math.max(0, state.queuedMillis())), state.freeMemoryBytes());
    }
}
