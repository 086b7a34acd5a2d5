package dev.floe.node.bounds;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

import org.jspecify.annotations.Nullable;

/** Network addresses as text that can be read back: IPv6 is short (RFC 5952) and, before a port, in brackets. */
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /** {@code 10.0.0.1:7080} or {@code [fd00::1]:7080}; a name that leads to the address is not shown. */
    public static String of(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return address == null ? "unknown" : address.toString();
        }
        return of(internet.isUnresolved() ? internet.getHostString() : internet.getAddress().getHostAddress(),
                internet.getPort());
    }

    /** The same of a host, by name or address, and a port. */
    public static String of(String host, int port) {
        String text = host(host);
        return (text.indexOf(':') >= 0 ? "[" + text + "]" : text) + ":" + port;
    }

    /** A host in its short form; a name, and what is no address, stays as it is. */
    public static String host(String host) {
        if (host.indexOf(':') < 0) {
            return host;
        }
        int percent = host.indexOf('%');
        String zone = percent < 0 ? "" : host.substring(percent);
        try {
            return shortest(InetAddress.ofLiteral(percent < 0 ? host : host.substring(0, percent))) + zone;
        } catch (IllegalArgumentException _) {
            return host;
        }
    }

    /** Whether a host with colons is an IPv6 address, with or without a zone. */
    public static boolean isAddress(String host) {
        int percent = host.indexOf('%');
        if (percent == host.length() - 1) {
            return false; // a zone without a name
        }
        try {
            InetAddress.ofLiteral(percent < 0 ? host : host.substring(0, percent));
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String shortest(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int from = 0;
        int most = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeros(groups, i);
            if (zeros > most) {
                most = zeros;
                from = i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (most > 1 && i == from) {
                text.append("::");
                i += most - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zeros(int[] groups, int from) {
        int i = from;
        while (i < GROUPS && groups[i] == 0) {
            i++;
        }
        return i - from;
    }
}
