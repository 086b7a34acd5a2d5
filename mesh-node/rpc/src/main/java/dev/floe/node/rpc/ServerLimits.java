package dev.floe.node.rpc;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.floe.node.rpc.stream.StallPolicy;

/**
 * The limits of what peers may use of a server.
 *
 * @param receive         how long a request's bytes are waited for: nothing at all for {@code first} ends it
 * @param send            how long an answer waits to be taken
 * @param handshakes      connections that are in their handshake
 * @param connections     connections of members
 * @param ofOneNode       connections of one member
 * @param timedRequests   requests that have a thread of the system
 */
public record ServerLimits(StallPolicy receive, StallPolicy send, int handshakes, int connections, int ofOneNode,
        int timedRequests) {
    private static final int BYTES_PER_SECOND = 2048;
    private static final StallPolicy RECEIVE = new StallPolicy(Duration.ofSeconds(5), Duration.ofSeconds(6),
            BYTES_PER_SECOND);
    private static final StallPolicy SEND = new StallPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30),
            BYTES_PER_SECOND);
    private static final int MIN_HANDSHAKES = 16;
    private static final int MAX_HANDSHAKES = 256;
    private static final int MIN_CONNECTIONS = 32;
    private static final int OF_ONE_NODE = 32;
    private static final int TIMED_REQUESTS = 512;
    private static final int UNKNOWN_DESCRIPTORS = 1024;

    /** For a process that may have the given number of files open; most of them are left to the node's own work. */
    static ServerLimits forDescriptors(long descriptors) {
        return new ServerLimits(RECEIVE, SEND, (int) Math.clamp(descriptors / 8, MIN_HANDSHAKES, MAX_HANDSHAKES),
                (int) Math.clamp(descriptors / 4, MIN_CONNECTIONS, Integer.MAX_VALUE), OF_ONE_NODE, TIMED_REQUESTS);
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
        return new ServerLimits(toReceive, toSend, handshakes, connections, ofOneNode, timedRequests);
    }
}
