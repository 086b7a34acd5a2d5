package dev.floe.node.mesh;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.transport.GroupTimeouts;

/**
 * The configuration of a node's membership: the files that it keeps, its address and port (0 for any), where to look
 * for the mesh, whether to search the LAN by multicast, the timeouts of the group, and how often state is published.
 */
public record GroupConfig(Path dataDir, InetAddress address, int port, PeerSearch search,
        GroupTimeouts timing, PublishIntervals pace) {
    /** The group's port unless another is set. */
    public static final int DEFAULT_PORT = 7079;

    /** Where to look for the mesh: at these addresses, and on the LAN by multicast. */
    record PeerSearch(List<HostPort> seeds, boolean multicast) {
        public PeerSearch {
            seeds = List.copyOf(seeds);
        }
    }

    List<HostPort> seeds() {
        return search.seeds();
    }

    boolean multicast() {
        return search.multicast();
    }

    /** With the waits and the pace that fit most meshes. */
    public static GroupConfig of(Path dataDir, InetAddress address, int port, List<HostPort> seeds,
            boolean multicast) {
        return new GroupConfig(dataDir, address, port, new GroupConfig.PeerSearch(seeds, multicast),
                GroupTimeouts.STANDARD, PublishIntervals.STANDARD);
    }

    /**
     * The address of this machine that its default route uses, which is the one that peers most likely reach. Without
     * such a route, as behind a switch of its own, that of its first network card; loopback if it has none. Sends
     * nothing.
     */
    public static InetAddress routableAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), DEFAULT_PORT));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? cardAddress() : local;
        } catch (SocketException | UnknownHostException | UncheckedIOException e) {
            return cardAddress();
        }
    }

    private static InetAddress cardAddress() {
        try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
            return firstReachable(cards.filter(GroupConfig::isCard)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)).orElse(InetAddress.getLoopbackAddress());
        } catch (SocketException _) {
            return InetAddress.getLoopbackAddress();
        }
    }

    private static boolean isCard(NetworkInterface card) {
        try {
            return card.isUp() && !card.isLoopback();
        } catch (SocketException _) {
            return false;
        }
    }

    /** The first that peers can be told, IPv4 before IPv6, as the group searches LANs with IPv4 only. */
    static Optional<InetAddress> firstReachable(Stream<InetAddress> addresses) {
        return addresses.filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
                .min(Comparator.comparing(address -> !(address instanceof Inet4Address)));
    }

    /** Whether this machine has an address; true also if that cannot be known. */
    public static boolean isPresent(String host) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
        } catch (SocketException | UnknownHostException _) {
            return true;
        }
    }
}
