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
    private final Map<NodeId, LastPortTest> last = new BoundedMap<>(MAX_REMEMBERED); // of each node; guarded by itself

    /** When a test of a node's ports began, and what came out; empty while it runs. */
    private record LastPortTest(long startMillis, Optional<ReachMessage.ReachAnswer> answer) {}

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
     * not known yet gets no answer, and neither does one whose ports are being tried.
     *
     * @throws IOException if the node is not who it says, or too many ask; the message says so
     */
    public void serve(PeerStream exchange) throws IOException {
        ReachMessage.ReachRequest request = ReachMessage.ReachRequest.read(exchange.input());
        Optional<NodeInfo> asking = asking(exchange, request);
        if (asking.isEmpty()) {
            return;
        }
        Optional<ReachMessage.ReachAnswer> answer = request.padding() > 0
                ? Optional.of(new ReachMessage.ReachAnswer(clock.millis(), "", "", request.padding()))
                : test(asking.get());
        if (answer.isPresent()) {
            answer.get().write(exchange.output());
            exchange.output().close();
        }
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

    /** A test that was made a moment ago counts for this request too; empty while that still runs. */
    private Optional<ReachMessage.ReachAnswer> test(NodeInfo asking) throws IOException {
        long now = clock.millis();
        synchronized (last) {
            LastPortTest before = last.get(asking.id());
            if (before != null && Math.abs(now - before.startMillis()) < PAUSE_MILLIS) {
                return before.answer()
                        .map(it -> new ReachMessage.ReachAnswer(now, it.groupPort(), it.dataPort(), it.padding()));
            }
            last.put(asking.id(), new LastPortTest(now, Optional.empty()));
        }
        ReachMessage.ReachAnswer answer = tryPorts(asking, now);
        synchronized (last) {
            last.put(asking.id(), new LastPortTest(now, Optional.of(answer)));
        }
        return Optional.of(answer);
    }

    private ReachMessage.ReachAnswer tryPorts(NodeInfo asking, long now) throws IOException {
        if (!places.tryAcquire()) {
            throw new IOException("too many nodes ask for a test of their ports");
        }
        try {
            CompletableFuture<String> group = new CompletableFuture<>();
            Thread.ofVirtual().name("reach back " + asking.name()).start(() -> group
                    .complete(probe.tryPort(asking.host(), asking.dataPort() - 1).orElse("")));
            String data = probe.tryPort(asking.host(), asking.dataPort()).orElse("");
            return new ReachMessage.ReachAnswer(now, group.join(), data, 0);
        } finally {
            places.release();
        }
    }
}
