package dev.floe.node.rpc;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.floe.node.rpc.stream.StallPolicy;

/**
 * The limits of what peers may use of a server.
 *
 * @param receive how long a request's bytes are waited for: nothing at all for {@code first} ends it
 * @param send    how long an answer waits to be taken
 */
public record ServerLimits(StallPolicy receive, StallPolicy send, ServerLimits.ConnectionLimits connections,
        ServerLimits.RequestLimits requests) {
    /**
     * @param handshakes connections that are in their handshake
     * @param all        connections of members
     * @param ofOneNode  connections of one member
     */
    public record ConnectionLimits(int handshakes, int all, int ofOneNode) {}

    /**
     * @param timed     requests that have a thread of the system
     * @param all       requests of all members
     * @param ofOneNode requests of one member, over all its connections
     */
    public record RequestLimits(int timed, int all, int ofOneNode) {}

    private static final int BYTES_PER_SECOND = 2048;
    private static final StallPolicy RECEIVE = new StallPolicy(Duration.ofSeconds(5), Duration.ofSeconds(6),
            BYTES_PER_SECOND);
    private static final StallPolicy SEND = new StallPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30),
            BYTES_PER_SECOND);
    private static final int MIN_HANDSHAKES = 16;
    private static final int MAX_HANDSHAKES = 256;
    private static final int MIN_CONNECTIONS = 32;
    /** Each may have a window of 16 MiB that nobody has read yet; a node has four, and more while it reconnects. */
    private static final int OF_ONE_NODE = 16;
    private static final int TIMED_REQUESTS = 512;
    /** A request takes some 6 KB of the heap while it waits. */
    private static final int REQUESTS = 4096;
    private static final int REQUESTS_OF_ONE_NODE = 1024;
    private static final int UNKNOWN_DESCRIPTORS = 1024;

    /** For a process that may have the given number of files open; most of them are left to the node's own work. */
    static ServerLimits forDescriptors(long descriptors) {
        return new ServerLimits(RECEIVE, SEND,
                new ConnectionLimits((int) Math.clamp(descriptors / 8, MIN_HANDSHAKES, MAX_HANDSHAKES),
                        (int) Math.clamp(descriptors / 4, MIN_CONNECTIONS, Integer.MAX_VALUE), OF_ONE_NODE),
                new RequestLimits(TIMED_REQUESTS, REQUESTS, REQUESTS_OF_ONE_NODE));
    }

    /** For this process. */
    public static ServerLimits standard() {
        return forDescriptors(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : UNKNOWN_DESCRIPTORS);
    }

    /** The same with other waits. */
    public ServerLimits waiting(StallPolicy toReceive, StallPolicy toSend) {
        return new ServerLimits(toReceive, toSend, connections, requests);
    }
}
