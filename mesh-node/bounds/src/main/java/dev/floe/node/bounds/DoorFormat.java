package dev.floe.node.bounds;

import java.time.Duration;

/**
 * What both sides of the door's protocol agree on, by which a node that is no member comes to a mesh. The server sends
 * a number, the client one request, the server one answer; each has its length before it.
 */
public final class DoorFormat {
    /** The name in TLS's ALPN. */
    public static final String PROTOCOL = "floe-door/1";
    /** Of the number that the server sends. */
    public static final int NONCE_BYTES = 32;
    /** Of a request, with its length. */
    public static final int MAX_REQUEST_BYTES = 1024;
    /** A connection that lasts longer is closed, by either side. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private DoorFormat() {}
}
