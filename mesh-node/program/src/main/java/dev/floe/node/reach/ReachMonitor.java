package dev.floe.node.reach;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;

/**
 * Finds out which peers this node cannot reach, although the mesh has them: it tries those that were lost, and those
 * whose heartbeats do not come. Thread-safe.
 */
public final class ReachMonitor {
    /** How the words begin in which a node tells the mesh whom it does not reach. */
    public static final String WORDS = "does not reach ";
    private static final String MORE = " more";
    private static final int MAX_NAMES = 5;
    private static final Logger LOG = LogManager.getLogger(ReachMonitor.class);
    /** An outage that lasts for so many looks is worth a line of the log; a node that was killed is gone before. */
    private static final int LOGGED_LOOKS = 10;

    private final Supplier<Roster> roster;
    private final PeerWays ways;
    private final Supplier<Set<InetSocketAddress>> silent;
    private final Map<NodeId, Integer> looks = new HashMap<>(); // of each outage; owned by the thread that looks

    /** What is known of the ways to peers' data planes. */
    interface PeerWays {
        /** Why a peer cannot be reached; empty if it can. */
        Optional<String> reason(InetSocketAddress peer);

        /** Tries those of the members again whose time has come. */
        void retryUnreachable(Predicate<InetSocketAddress> members);

        void probe(InetSocketAddress peer);
    }

    /** @param silent the addresses of the group's members that this node has not heard for a while */
    public ReachMonitor(Supplier<Roster> roster, PeerConnections connections,
            Supplier<Set<InetSocketAddress>> silent) {
        this(roster, new PeerWays() {
            @Override
            public Optional<String> reason(InetSocketAddress peer) {
                return connections.reachability().reason(peer);
            }

            @Override
            public void retryUnreachable(Predicate<InetSocketAddress> members) {
                connections.retryUnreachable(members);
            }

            @Override
            public void probe(InetSocketAddress peer) {
                connections.probe(peer);
            }
        }, silent);
    }

    ReachMonitor(Supplier<Roster> roster, PeerWays ways, Supplier<Set<InetSocketAddress>> silent) {
        this.roster = roster;
        this.ways = ways;
        this.silent = silent;
    }

    /** Tries those that are due; to be called about every second by one thread, does not block. */
    public void look() {
        List<Peer> others = roster.get().others();
        Set<InetSocketAddress> members = others.stream().map(peer -> dataAddress(peer.info()))
                .collect(Collectors.toSet());
        ways.retryUnreachable(members::contains);
        Set<InetSocketAddress> unheard = silent.get();
        for (Peer peer : others) {
            InetSocketAddress data = dataAddress(peer.info());
            boolean isSilent = unheard.contains(new InetSocketAddress(peer.info().host(), peer.info().dataPort() - 1));
            if (isSilent && ways.reason(data).isEmpty()) {
                ways.probe(data);
            }
        }
        report(others);
    }

    /** Whether a node says in such words that it does not reach the node with a name; if there are too many, it may. */
    static boolean names(String trouble, String node) {
        return Stream.of(trouble.split("; ", -1)).filter(words -> words.startsWith(WORDS))
                .flatMap(words -> Stream.of(words.substring(WORDS.length()).split(", ", -1)))
                .anyMatch(name -> name.equals(node) || name.endsWith(MORE));
    }

    private void report(List<Peer> others) {
        Map<NodeId, Integer> before = Map.copyOf(looks);
        looks.clear();
        for (Peer peer : others) {
            Optional<String> why = reason(peer.info());
            int count = before.getOrDefault(peer.info().id(), 0);
            if (why.isPresent()) {
                looks.put(peer.info().id(), count + 1);
                if (count + 1 == LOGGED_LOOKS) {
                    LOG.warn("node={} cannot be reached from here, although it is in the mesh: {}; "
                            + "floe doctor tests the way", peer.info().name(), why.get());
                }
            } else if (count >= LOGGED_LOOKS) {
                LOG.info("node={} is reached again", peer.info().name());
            }
        }
    }

    private static InetSocketAddress dataAddress(NodeInfo peer) {
        return new InetSocketAddress(peer.host(), peer.dataPort());
    }

    /** Why this node does not reach a peer; empty if it does. */
    public Optional<String> reason(NodeInfo peer) {
        return ways.reason(dataAddress(peer));
    }

    /** Whom this node does not reach, in words for every node of the mesh; empty if it reaches all. */
    public String words() {
        List<String> names = roster.get().others().stream().map(Peer::info)
                .filter(peer -> reason(peer).isPresent()).map(NodeInfo::name).sorted().toList();
        if (names.isEmpty()) {
            return "";
        }
        String more = names.size() > MAX_NAMES ? " and " + (names.size() - MAX_NAMES) + MORE : "";
        return WORDS + String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES))) + more;
    }
}
