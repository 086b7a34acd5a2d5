package dev.floe.node.audit;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.submitter.context.StreamOpener;

/** Selects where a result is produced again: on an executor other than its producer, otherwise on this node. */
record AuditExecutorSelector(Supplier<Roster> roster, PeerConnections connections,
        Supplier<Optional<StreamOpener>> own, Supplier<String> ownName,
        String architecture) {
    /** @param self whether it is this node, whose background jobs wait for a slot that nobody else wants */
    record AuditLocation(String id, String name, StreamOpener opener, boolean self) {}

    /** What there is. */
    sealed interface ExecutorChoice {
        record At(AuditLocation place) implements ExecutorChoice {}

        /** Some could, but have no slot free now. */
        record Later() implements ExecutorChoice {}

        record NoExecutor() implements ExecutorChoice {}
    }

    /** @param avoided ids of nodes that are not to be asked */
    ExecutorChoice find(String toolchain, Set<String> avoided) {
        List<Peer> able = roster.get().others().stream().filter(peer -> isAble(peer, avoided)).toList();
        if (able.isEmpty()) {
            return own.get()
                    .<ExecutorChoice>map(
                            opener -> new ExecutorChoice.At(new AuditLocation("", ownName.get(), opener, true)))
                    .orElse(new ExecutorChoice.NoExecutor());
        }
        Comparator<Peer> order = Comparator
                .comparing((Peer peer) -> !peer.info().offering().toolchains().contains(toolchain))
                .thenComparing(peer -> -freeSlots(peer));
        return able.stream().filter(peer -> freeSlots(peer) > 0).min(order)
                .<ExecutorChoice>map(peer -> new ExecutorChoice.At(place(peer.info())))
                .orElse(new ExecutorChoice.Later());
    }

    private AuditLocation place(NodeInfo info) {
        InetSocketAddress address = new InetSocketAddress(info.host(), info.dataPort());
        return new AuditLocation(info.id().toString(), info.name(),
                () -> connections.open(address, ConnectionClass.JOBS, "/job"), false);
    }

    private boolean isAble(Peer peer, Set<String> avoided) {
        NodeInfo info = peer.info();
        return !avoided.contains(info.id().toString()) && info.offering().executes() && info.offering().slots() > 0
                && info.machine().runsByItself(architecture)
                && !peer.state().map(NodeState::draining).orElse(false);
    }

    private static int freeSlots(Peer peer) {
        return peer.state().map(state -> state.freeSlots() - state.queued()).orElse(0);
    }
}
