package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.util.ByteArray;

import dev.floe.store.FailureText;

/**
 * Has a third node forward frames to one that does not answer, and forwards those of others. A frame is forwarded once,
 * and only over connections that are there, so that it does not go in circles. A third node that is not connected to
 * the target says so, and then another one is asked. Thread-safe.
 */
final class FrameForwarder {
    /** How long a third node is not asked that was not connected to the target, which may connect to it. */
    static final Duration REFUSED_FOR = Duration.ofSeconds(2);
    private static final Logger LOG = LogManager.getLogger(FrameForwarder.class);
    private static final int MAX_REFUSALS = 4096;

    private final Links links;
    private final LongSupplier nanoClock;
    private final Map<Route, Long> refusals = new ConcurrentHashMap<>(); // when each came, in nanoseconds of the clock

    /** What the transport of this node does. */
    interface Links {
        /** The protocol's number, of the header in which the frames have their name. */
        short number();

        /** The address of this node. */
        Address self();

        /** All nodes that this one knows, those to ask first at the beginning. */
        List<PhysicalAddress> known();

        boolean isConnectedTo(Address address);

        /** Sends to a node that is connected to this one. */
        void send(Address destination, ByteArray frame) throws Exception;

        /** Takes in a frame for this node. */
        void receive(byte[] data, int offset, int length);
    }

    /** A way to a node. */
    private record Route(Address third, Address target) {}

    FrameForwarder(Links links, LongSupplier nanoClock) {
        this.links = links;
        this.nanoClock = nanoClock;
    }

    /** Has a third node forward a frame. @return whether it is on its way */
    boolean forward(Address target, ByteArray frame) {
        Optional<PhysicalAddress> third = links.known().stream()
                .filter(node -> !node.equals(target) && !node.equals(links.self()) && links.isConnectedTo(node)
                        && !isRefused(new Route(node, target)))
                .findFirst();
        if (third.isEmpty()) {
            return false;
        }
        try {
            links.send(third.get(), ForwardedFrame.wrap(links.self(), target, links.number(), frame));
            return true;
        } catch (Exception e) {
            LOG.debug("cannot have a frame forwarded peer={}: {}", FailureTrackingTcp.text(target), FailureText.of(e));
            return false;
        }
    }

    private boolean isRefused(Route route) {
        Long refused = refusals.get(route);
        return refused != null && nanoClock.getAsLong() - refused <= REFUSED_FOR.toNanos();
    }

    /** Takes in what came. @return false if it is neither a forwarded frame nor about one */
    boolean take(Message message) {
        if (ForwardedFrame.isRefusal(message, links.number())) {
            note(message);
        } else if (!ForwardedFrame.isIn(message, links.number())) {
            return false;
        } else if (message.getDest() == null || message.getDest().equals(links.self())) {
            links.receive(message.getArray(), message.getOffset(), message.getLength());
        } else {
            passOn(message);
        }
        return true;
    }

    private void note(Message refusal) {
        long now = nanoClock.getAsLong();
        refusals.values().removeIf(came -> now - came > REFUSED_FOR.toNanos());
        try {
            if (refusals.size() < MAX_REFUSALS && refusal.getSrc() != null) {
                refusals.put(new Route(refusal.getSrc(), ForwardedFrame.target(refusal)), now);
            }
        } catch (IOException | ClassNotFoundException e) {
            LOG.debug("a refusal to forward is not understood peer={}: {}", FailureTrackingTcp.text(refusal.getSrc()),
                    FailureText.of(e));
        }
    }

    private void passOn(Message message) {
        Address target = message.getDest();
        try {
            if (links.isConnectedTo(target)) {
                links.send(target, ForwardedFrame.frame(message));
                return;
            }
        } catch (Exception e) {
            LOG.debug("cannot forward a frame peer={}: {}", FailureTrackingTcp.text(target), FailureText.of(e));
        }
        refuse(message);
    }

    private void refuse(Message message) {
        Address from = message.getSrc();
        try {
            if (from != null && links.isConnectedTo(from)) {
                links.send(from, ForwardedFrame.refuse(links.self(), message, links.number()));
            }
        } catch (Exception e) {
            LOG.debug("cannot refuse a frame peer={}: {}", FailureTrackingTcp.text(from), FailureText.of(e));
        }
    }
}
