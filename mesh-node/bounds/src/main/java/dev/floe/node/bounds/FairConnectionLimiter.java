package dev.floe.node.bounds;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Places for connections that have not shown yet who they are. Nobody is turned away at the entrance: when the places
 * are taken, the oldest connection of the host that has the most gives up its place. So a host that opens many
 * connections displaces its own. Thread-safe.
 */
public final class FairConnectionLimiter<C> {
    private static final int IPV6_NETWORK_BYTES = 8;

    private final int places;
    private final int placesOfHost;

    // Both are guarded by this.
    private final Map<C, String> hosts = new LinkedHashMap<>(); // the oldest first
    private final Map<String, Integer> held = new HashMap<>();

    /** @param placesOfHost that one host may have; both are at least one */
    public FairConnectionLimiter(int places, int placesOfHost) {
        if (places < 1 || placesOfHost < 1) {
            throw new IllegalArgumentException("no connections allowed: " + places + ", " + placesOfHost);
        }
        this.places = places;
        this.placesOfHost = placesOfHost;
    }

    /**
     * Gives a place to a connection.
     *
     * @return the connection that has lost its place, which the caller closes
     */
    public synchronized Optional<C> enter(C connection, String host) {
        Optional<C> displaced = Optional.empty();
        if (held.getOrDefault(host, 0) >= placesOfHost) {
            displaced = oldest(host);
        } else if (hosts.size() >= places) {
            displaced = oldest(largest(host));
        }
        displaced.ifPresent(this::leave);
        hosts.put(connection, host);
        held.merge(host, 1, Integer::sum);
        return displaced;
    }

    /** @return whether the connection had a place until now */
    public synchronized boolean leave(C connection) {
        String host = hosts.remove(connection);
        if (host == null) {
            return false;
        }
        held.computeIfPresent(host, (_, count) -> count > 1 ? count - 1 : null);
        return true;
    }

    public synchronized int count() {
        return hosts.size();
    }

    /** The host with the most connections; of equals the one that comes. */
    private String largest(String coming) {
        String largest = coming;
        int most = held.getOrDefault(coming, 0);
        for (Map.Entry<String, Integer> each : held.entrySet()) {
            if (each.getValue() > most) {
                largest = each.getKey();
                most = each.getValue();
            }
        }
        return largest;
    }

    private Optional<C> oldest(String host) {
        return hosts.entrySet().stream().filter(entry -> entry.getValue().equals(host)).map(Map.Entry::getKey)
                .findFirst();
    }

    /** The host of an address. An IPv6 host has a whole network of addresses to choose from, which counts as one. */
    public static String host(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return "unknown";
        }
        InetAddress host = internet.getAddress();
        return host instanceof Inet6Address
                ? HexFormat.of().formatHex(host.getAddress(), 0, IPV6_NETWORK_BYTES)
                : host.getHostAddress();
    }
}
