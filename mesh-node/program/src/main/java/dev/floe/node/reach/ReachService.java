package dev.floe.node.reach;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.BoundedMap;

/**
 * Tries the ports of a peer that asks for it. It connects to nothing but the address that the asking node itself has
 * published, which its certificate must name, for each node at most every {@link #PAUSE_MILLIS}, and for a few nodes at
 * once. Thread-safe.
 */
public final class ReachService {
    static final long PAUSE_MILLIS = 2_000;
    static final int MAX_AT_ONCE = 4;

    private static final int MAX_REMEMBERED = 256;

    private final Supplier<Roster> roster;
    private final InstantSource clock;
    private final PortProbe probe;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final Map<NodeId, Long> last = new BoundedMap<>(MAX_REMEMBERED); // when each asked; guarded by itself

    public ReachService(Supplier<Roster> roster, InstantSource clock) {
        this(roster, clock, PortProbe::connect);
    }

    ReachService(Supplier<Roster> roster, InstantSource clock, PortProbe probe) {
        this.roster = roster;
        this.clock = clock;
        this.probe = probe;
    }

    /**
     * Answers one request. A request with padding is not for the ports, and is answered without a try. A node that is
     * not known yet gets no answer.
     *
     * @throws IOException if the node is not who it says, or has asked too often; the message says so
     */
    public void serve(PeerStream exchange) throws IOException {
        ReachMessage.ReachRequest request = ReachMessage.ReachRequest.read(exchange.input());
        Optional<NodeInfo> asking = asking(exchange, request);
        if (asking.isEmpty()) {
            return;
        }
        ReachMessage.ReachAnswer answer = request.padding() > 0
                ? new ReachMessage.ReachAnswer(clock.millis(), "", "", request.padding())
                : tryPorts(asking.get());
        answer.write(exchange.output());
        exchange.output().close();
    }

    /** Empty for a node whose record has not come yet: nodes that start together ask before all know all. */
    private Optional<NodeInfo> asking(PeerStream exchange, ReachMessage.ReachRequest request) throws IOException {
        Optional<NodeInfo> known;
        try {
            known = roster.get().find(NodeId.parse(request.nodeId())).map(Peer::info);
        } catch (IllegalArgumentException e) {
            throw new IOException(exchange.peer() + " asks for a test of a node without an id", e);
        }
        if (known.isPresent() && !known.get().name().equals(exchange.node())) {
            throw new IOException(exchange.peer() + " asks for a test of a node that it is not");
        }
        return known;
    }

    private ReachMessage.ReachAnswer tryPorts(NodeInfo asking) throws IOException {
        if (isTooSoon(asking.id())) {
            throw new IOException(asking.name() + " asks for a test of its ports too often");
        }
        if (!places.tryAcquire()) {
            throw new IOException("too many nodes ask for a test of their ports");
        }
        try {
            long now = clock.millis();
            CompletableFuture<String> group = new CompletableFuture<>();
            Thread.ofVirtual().name("reach back " + asking.name()).start(() -> group
                    .complete(probe.tryPort(asking.host(), asking.dataPort() - 1).orElse("")));
            String data = probe.tryPort(asking.host(), asking.dataPort()).orElse("");
            return new ReachMessage.ReachAnswer(now, group.join(), data, 0);
        } finally {
            places.release();
        }
    }

    private boolean isTooSoon(NodeId id) {
        long now = clock.millis();
        synchronized (last) {
            Long before = last.get(id);
            if (before != null && Math.abs(now - before) < PAUSE_MILLIS) {
                return true;
            }
            last.put(id, now);
            return false;
        }
    }
}
