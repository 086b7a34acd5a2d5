package dev.floe.node.reach;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

/**
 * Finds the peers that cannot connect to this node, because it is behind a NAT or a firewall. It asks two peers for a
 * try; if one of them fails, it asks all others, and later each one that says that it does not reach this node.
 * Thread-safe.
 */
public final class ReverseReachMonitor {
    static final int SAMPLE = 2;
    static final int MAX_AT_ONCE = 4;
    /** After a try that was not answered, or that a peer's words contradict. */
    static final Duration RETRY = Duration.ofSeconds(10);
    /** A way that was closed may be open again, such as when a laptop is back in the office. */
    static final Duration REVIEW = Duration.ofMinutes(5);

    private static final Logger LOG = LogManager.getLogger(ReverseReachMonitor.class);

    private final Supplier<Roster> roster;
    private final PortTest test;
    private final Executor background;
    private final LongSupplier nanoClock;
    // All below is guarded by this.
    private final Map<NodeId, TestedWay> ways = new HashMap<>();
    private int running;
    private boolean logged;

    /** Asks a peer to connect to this node. */
    @FunctionalInterface
    public interface PortTest {
        /** Whether it can connect to both ports; empty if it has not answered. Blocks for some seconds. */
        Optional<Boolean> reachesThisNode(NodeInfo peer, NodeInfo self);
    }

    private enum ReachVerdict {
        UNKNOWN, REACHES, DOES_NOT
    }

    /** What is known of the way from a peer, which has started at a time, to this node. */
    private record TestedWay(long startedAtMillis, ReachVerdict verdict, long testedAt, boolean underWay) {}

    /** @param background runs the tests, which block */
    public ReverseReachMonitor(Supplier<Roster> roster, PortTest test, Executor background, LongSupplier nanoClock) {
        this.roster = roster;
        this.test = test;
        this.background = background;
        this.nanoClock = nanoClock;
    }

    /**
     * Starts the tests that are due; to be called about every second, does not block.
     *
     * @return the data addresses of the peers that cannot connect to this node
     */
    public Set<InetSocketAddress> look() {
        Roster now = roster.get();
        Optional<NodeInfo> self = now.peers().stream().filter(Peer::self).map(Peer::info).findFirst();
        List<NodeInfo> others = now.others().stream().map(Peer::info).filter(info -> info.has(NodeFeature.REVERSE))
                .toList();
        List<NodeInfo> due = self.map(it -> begin(it, others)).orElse(List.of());
        due.forEach(peer -> background.execute(() -> run(peer, self.orElseThrow())));
        return unreached(others);
    }

    private synchronized List<NodeInfo> begin(NodeInfo self, List<NodeInfo> others) {
        Map<NodeId, NodeInfo> present = others.stream().collect(Collectors.toMap(NodeInfo::id, info -> info));
        ways.entrySet().removeIf(way -> {
            NodeInfo peer = present.get(way.getKey());
            return peer == null || peer.startedAtMillis() != way.getValue().startedAtMillis();
        });
        List<NodeInfo> due = others.stream().filter(peer -> isDue(peer, self))
                .sorted(Comparator.comparing(peer -> Objects.hash(self.id(), peer.id())))
                .limit(Math.max(0, (isBehind() ? MAX_AT_ONCE : SAMPLE) - running)).toList();
        for (NodeInfo peer : due) {
            TestedWay before = ways.get(peer.id());
            ways.put(peer.id(),
                    new TestedWay(peer.startedAtMillis(), before == null ? ReachVerdict.UNKNOWN : before.verdict(),
                            nanoClock.getAsLong(), true));
            running++;
        }
        return due;
    }

    private boolean isDue(NodeInfo peer, NodeInfo self) {
        TestedWay way = ways.get(peer.id());
        if (way == null) {
            return isBehind() || ways.size() < SAMPLE;
        }
        long age = nanoClock.getAsLong() - way.testedAt();
        return !way.underWay() && switch (way.verdict()) {
            case UNKNOWN -> age >= RETRY.toNanos();
            case REACHES -> age >= RETRY.toNanos() && ReachMonitor.names(peer.offering().trouble(), self.name());
            case DOES_NOT -> age >= REVIEW.toNanos();
        };
    }

    private void run(NodeInfo peer, NodeInfo self) {
        Optional<Boolean> reached = Optional.empty();
        try {
            reached = test.reachesThisNode(peer, self);
        } finally {
            end(peer, reached);
        }
    }

    private synchronized void end(NodeInfo peer, Optional<Boolean> reached) {
        running--;
        TestedWay before = ways.get(peer.id());
        if (before != null && before.startedAtMillis() == peer.startedAtMillis()) {
            ReachVerdict verdict = reached.map(it -> it ? ReachVerdict.REACHES : ReachVerdict.DOES_NOT)
                    .orElse(before.verdict());
            ways.put(peer.id(), new TestedWay(before.startedAtMillis(), verdict, nanoClock.getAsLong(), false));
            if (verdict == ReachVerdict.DOES_NOT && !logged) {
                logged = true;
                LOG.info("node={} cannot connect to this node, so it gets jobs and files over a connection that this "
                        + "node opens; others may be in the same position", peer.name());
            }
        }
    }

    private synchronized Set<InetSocketAddress> unreached(List<NodeInfo> others) {
        return others.stream().filter(peer -> is(peer.id(), ReachVerdict.DOES_NOT))
                .map(peer -> new InetSocketAddress(peer.host(), peer.dataPort())).collect(Collectors.toSet());
    }

    private boolean is(NodeId peer, ReachVerdict verdict) {
        TestedWay way = ways.get(peer);
        return way != null && way.verdict() == verdict;
    }

    private boolean isBehind() {
        return ways.values().stream().anyMatch(way -> way.verdict() == ReachVerdict.DOES_NOT);
    }

    /** Whether the peers cannot connect to this node: some have tried and failed, and fewer have succeeded. */
    public synchronized boolean dialsOut() {
        long failed = ways.values().stream().filter(way -> way.verdict() == ReachVerdict.DOES_NOT).count();
        long succeeded = ways.values().stream().filter(way -> way.verdict() == ReachVerdict.REACHES).count();
        return failed > 0 && failed >= succeeded;
    }
}
