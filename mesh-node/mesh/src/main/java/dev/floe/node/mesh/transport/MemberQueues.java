package dev.floe.node.mesh.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;

/**
 * Messages for members without a connection. A thread for each such member connects and sends them in their order; it
 * ends with the last. What does not fit, or cannot be sent, is lost: the group sends it again when the member asks.
 * Thread-safe.
 */
final class MemberQueues {
    /** A joiner gets a few dozen in the time of a handshake. */
    static final int MAX_MESSAGES = 256;
    private static final Logger LOG = LogManager.getLogger(MemberQueues.class);

    private final Transport transport;
    private final Map<Address, Queue<byte[]>> queues = new HashMap<>(); // guarded by this

    /** Connects if need be, and sends. */
    @FunctionalInterface
    interface Transport {
        void send(Address destination, byte[] data, int offset, int length) throws Exception;
    }

    MemberQueues(Transport transport) {
        this.transport = transport;
    }

    /** Returns at once. */
    void add(Address destination, byte[] message) {
        boolean first;
        synchronized (this) {
            Queue<byte[]> known = queues.get(destination);
            first = known == null;
            Queue<byte[]> queue = known == null ? new ArrayDeque<>() : known;
            queues.put(destination, queue);
            if (queue.size() < MAX_MESSAGES) {
                queue.add(message);
            }
        }
        if (first) {
            Thread.ofPlatform().daemon().name("floe-group-connect").start(() -> sendAll(destination));
        }
    }

    private void sendAll(Address destination) {
        try {
            for (byte[] message = next(destination); message != null; message = next(destination)) {
                transport.send(destination, message, 0, message.length);
            }
        } catch (Exception e) {
            LOG.debug("lost messages for a member without a connection peer={}: {}",
                    FailureTrackingTcp.text(destination), FailureText.of(e));
            forget(destination);
        }
    }

    /** The next message; null if there is none, and then the member's thread ends. */
    private synchronized byte @Nullable [] next(Address destination) {
        Queue<byte[]> queue = queues.get(destination);
        byte[] message = queue == null ? null : queue.poll();
        if (message == null) {
            queues.remove(destination);
        }
        return message;
    }

    private synchronized void forget(Address destination) {
        queues.remove(destination);
    }
}
