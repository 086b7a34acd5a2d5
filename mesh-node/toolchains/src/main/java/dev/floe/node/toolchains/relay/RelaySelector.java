package dev.floe.node.toolchains.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.floe.store.Digest;
import dev.floe.toolchain.ToolchainId;

/**
 * Selects the node that fetches a toolchain from far away for all nodes near it (the <em>relay</em>), so that the
 * toolchain crosses a slow link once. Nobody is asked who else fetches: all nodes go through the same order, that of a
 * hash of the toolchain and the node, and the first that is near is the relay. A node that finds nobody near before
 * itself is the relay of others.
 *
 * <p>A node waits only for nodes that come before it in this order, so no two wait for each other, even if their
 * measurements differ. Different measurements cost another crossing.
 */
public final class RelaySelector {
    /** A holder that is no farther away sends to everybody. */
    static final Duration NEAR = Duration.ofMillis(3);
    /** A relay is nearer than the holder by this factor. */
    static final int FACTOR = 2;
    /** After so many peers that are too far away, a node fetches for itself. */
    static final int MAX_MEASURED = 16;

    private final String self;
    private final Supplier<List<RelayCandidate>> candidates;
    private final RoundTrips roundTrips;

    /** A node that can be a relay. */
    public record RelayCandidate(String node, InetSocketAddress address) {}

    /**
     * @param self       the id of this node
     * @param candidates the other nodes that fetch toolchains for peers
     */
    public RelaySelector(String self, Supplier<List<RelayCandidate>> candidates, RoundTrips roundTrips) {
        this.self = self;
        this.candidates = candidates;
        this.roundTrips = roundTrips;
    }

    /**
     * The relay to ask for a toolchain; empty if this node fetches it from a holder itself. Blocks.
     *
     * @param distance round trip to the nearest holder
     * @param failed   relays that have failed
     */
    public Optional<InetSocketAddress> select(ToolchainId id, Duration distance, Set<InetSocketAddress> failed) {
        if (distance.compareTo(NEAR) <= 0) {
            return Optional.empty();
        }
        String own = rank(id, self);
        List<InetSocketAddress> before = candidates.get().stream()
                .filter(candidate -> rank(id, candidate.node()).compareTo(own) < 0)
                .filter(candidate -> !failed.contains(candidate.address()))
                .sorted(Comparator.comparing(candidate -> rank(id, candidate.node())))
                .limit(MAX_MEASURED).map(RelayCandidate::address).toList();
        return before.stream().filter(address -> isNear(address, distance)).findFirst();
    }

    private boolean isNear(InetSocketAddress address, Duration distance) {
        try {
            return roundTrips.measure(address).multipliedBy(FACTOR).compareTo(distance) < 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** The place of a node in the order for a toolchain. */
    private static String rank(ToolchainId id, String node) {
        return Digest.ofBytes((id.hex() + " " + node).getBytes(UTF_8)).toString();
    }
}
