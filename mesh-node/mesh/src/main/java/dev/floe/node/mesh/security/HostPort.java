package dev.floe.node.mesh.security;

import java.util.regex.Pattern;

import dev.floe.node.bounds.AddressText;

/**
 * A host name or address, and a TCP port from 1 to 65535, at which a node can be reached. IPv6 is kept in its short
 * form. Prints as it is parsed.
 */
public record HostPort(String host, int port) {
    /** Longest host, in characters. */
    static final int MAX_HOST_LENGTH = 253;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1," + MAX_HOST_LENGTH + "}");

    /** @throws IllegalArgumentException for a host with odd characters or a port that is out of range */
    public HostPort {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "not a host name or address: \"" + host.replaceAll("\\P{Graph}", "?") + "\"");
        }
        if (host.indexOf(':') >= 0 && !AddressText.isAddress(host)) {
            throw new IllegalArgumentException("not an IPv6 address: \"" + host
                    + "\"; write HOST:PORT, ADDRESS or [ADDRESS]:PORT");
        }
        host = AddressText.host(host);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " of " + host + " is not from 1 to 65535");
        }
    }

    /**
     * Reads {@code host}, {@code host:port} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    public static HostPort parse(String text, int defaultPort) {
        int bracket = text.indexOf(']');
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[") && bracket > 0) {
            String rest = text.substring(bracket + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("expected [address]:port, not \"" + text + "\"");
            }
            return new HostPort(text.substring(1, bracket),
                    rest.isEmpty() ? defaultPort : port(rest.substring(1), text));
        }
        if (colon < 0 || colon != text.indexOf(':')) {
            return new HostPort(text, defaultPort);
        }
        return new HostPort(text.substring(0, colon), port(text.substring(colon + 1), text));
    }

    private static int port(String digits, String text) {
        if (!digits.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("expected host:port, not \"" + text + "\"");
        }
        return Integer.parseInt(digits);
    }

    @Override
    public String toString() {
        return AddressText.of(host, port);
    }
}
