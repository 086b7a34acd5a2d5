package dev.floe.node.mesh.transport;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArray;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.Backoff;
import dev.floe.store.FailureText;

/**
 * JGroups' TCP, which records the addresses that it reached and those that it could not reach.
 *
 * <p>An address that did not answer is left alone for a while: its host may be behind a NAT or a firewall, and connect
 * itself. Each attempt to connect holds the lock that the connection from there needs, and with it the only thread that
 * accepts connections.
 *
 * <p>One thread sends to all members what is meant for all, one after the other. It does not connect: what is meant
 * for a member without a connection waits for that elsewhere ({@link MemberQueues}), and the others have theirs at
 * once.
 *
 * <p>Two nodes behind different routers cannot connect to each other. Of what one of them does not hear, the whole
 * group would wait: a map is not handed over before each has its part, and groups do not become one before the
 * coordinators of both have agreed. So a third node forwards it ({@link FrameForwarder}), while this one goes on
 * trying.
 */
final class FailureTrackingTcp extends TCP {
    private static final Logger LOG = LogManager.getLogger(FailureTrackingTcp.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(4);
    private static final int MAX_PAUSES = 4096;

    private final FailedJoinAttempts attempts;
    private final JoinWindow window;
    private final Map<Address, Backoff> pauses = new ConcurrentHashMap<>(); // of addresses that did not answer
    private final MemberQueues unconnected = new MemberQueues(this::sendDirectly);
    private final FrameForwarder forwarder = new FrameForwarder(new Connections(), System::nanoTime);
    private volatile List<Address> inOrder = List.of(); // the members, the coordinator first

    FailureTrackingTcp(FailedJoinAttempts attempts, JoinWindow window) {
        this.attempts = attempts;
        this.window = window;
    }

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.VIEW_CHANGE && event.getArg() instanceof View view) {
            inOrder = view.getMembers();
        }
        return super.down(event);
    }

    @Override
    protected void sendUnicasts(List<PhysicalAddress> destinations, byte[] data, int offset, int length)
            throws Exception {
        Map<Boolean, List<PhysicalAddress>> byConnection = destinations.stream()
                .collect(Collectors.partitioningBy(this::isConnectedTo));
        super.sendUnicasts(byConnection.getOrDefault(true, List.of()), data, offset, length);
        for (PhysicalAddress destination : byConnection.getOrDefault(false, List.of())) {
            forward(destination, data, offset, length);
            connectElsewhere(destination, data, offset, length);
        }
    }

    @Override
    public void send(Address destination, byte[] data, int offset, int length) throws Exception {
        if (!isConnectedTo(destination) && forward(destination, data, offset, length)) {
            connectElsewhere(destination, data, offset, length);
            return;
        }
        try {
            sendDirectly(destination, data, offset, length);
        } catch (Exception e) {
            // Nothing came back for the first time: what was to be sent need not wait for a second one.
            if (isConnectedTo(destination) || !forward(destination, data, offset, length)) {
                throw e;
            }
        }
    }

    /** Tries to connect, unless that is too early. What was forwarded too is not delivered twice. */
    private void connectElsewhere(Address destination, byte[] data, int offset, int length) {
        if (!isPaused(destination)) {
            unconnected.add(destination, Arrays.copyOfRange(data, offset, offset + length));
        }
    }

    /** Whether a frame for an address that did not answer is on its way over a third node. */
    private boolean forward(Address destination, byte[] data, int offset, int length) {
        return isUnanswered(destination) && forwarder.forward(destination, new ByteArray(data, offset, length));
    }

    @Override
    public void passMessageUp(Message message, boolean matchCluster, boolean multicast, boolean discardOwn) {
        if (!forwarder.take(message)) {
            super.passMessageUp(message, matchCluster, multicast, discardOwn);
        }
    }

    private void sendOver(Address destination, byte[] data, int offset, int length) throws Exception {
        super.send(destination, data, offset, length);
    }

    private void receiveForwarded(byte[] data, int offset, int length) {
        receive(null, data, offset, length);
    }

    /** The connections of this node, for what is forwarded. */
    private final class Connections implements FrameForwarder.Links {
        @Override
        public short number() {
            return id;
        }

        @Override
        public Address self() {
            return local_physical_addr;
        }

        /** The members first, and then those of other groups, with which this one may become one. */
        @Override
        public List<PhysicalAddress> known() {
            Map<Address, PhysicalAddress> all = logical_addr_cache.contents(false);
            return Stream.concat(inOrder.stream().map(all::get).filter(Objects::nonNull), all.values().stream())
                    .distinct().toList();
        }

        @Override
        public boolean isConnectedTo(Address address) {
            return FailureTrackingTcp.this.isConnectedTo(address);
        }

        @Override
        public void send(Address destination, ByteArray frame) throws Exception {
            sendOver(destination, frame.getArray(), frame.getOffset(), frame.getLength());
        }

        @Override
        public void receive(byte[] data, int offset, int length) {
            receiveForwarded(data, offset, length);
        }
    }

    private void sendDirectly(Address destination, byte[] data, int offset, int length) throws Exception {
        boolean connected = isConnectedTo(destination);
        if (!connected && isPaused(destination)) {
            window.failed(text(destination));
            throw new ConnectException(text(destination) + " did not answer; it is tried again later");
        }
        try {
            super.send(destination, data, offset, length);
        } catch (Exception e) {
            if (!connected && isNoAnswer(e) && pauses.size() < MAX_PAUSES) {
                pauses.compute(destination, (_, known) -> (known == null
                        ? Backoff.doubling(FIRST_PAUSE, MAX_PAUSE)
                        : known).failed(System.nanoTime()));
            }
            attempts.failed(text(destination), e);
            window.failed(text(destination));
            if (e instanceof SSLException) { // JGroups would report each such attempt as an error, with its stack
                SocketException refused = new SocketException(FailureText.of(e));
                refused.initCause(e);
                throw refused;
            }
            throw e;
        }
        attempts.reached(text(destination));
        window.reached(text(destination), System.nanoTime());
        if (!connected) {
            pauses.remove(destination);
        }
    }

    private boolean isConnectedTo(Address destination) {
        return srv != null && srv.connectionEstablishedTo(destination);
    }

    private boolean isPaused(Address destination) {
        Backoff backoff = pauses.get(destination);
        return backoff != null && backoff.isPaused(System.nanoTime());
    }

    /**
     * Whether nothing came back from a host, or a router said that there is no way to it. A refusal comes from a host
     * that is there. If there is no way to its network, the exception has no class of its own, and a text in the
     * language of the system; a connection that breaks later on looks the same but for the method that failed.
     */
    static boolean isNoAnswer(Exception failure) {
        return failure instanceof SocketTimeoutException || failure instanceof NoRouteToHostException
                || failure.getClass() == SocketException.class && Arrays.stream(failure.getStackTrace())
                        .anyMatch(FailureTrackingTcp::isConnecting);
    }

    private static boolean isConnecting(StackTraceElement call) {
        return call.getClassName().equals(Socket.class.getName()) && call.getMethodName().equals("connect");
    }

    /** Whether this node has tried to connect to an address without an answer, and has not connected to it since. */
    boolean isUnanswered(Object address) {
        return address instanceof Address peer && pauses.containsKey(peer);
    }

    static String text(Address destination) {
        return destination instanceof IpAddress ip
                ? AddressText.of(ip.getIpAddress().getHostAddress(), ip.getPort())
                : String.valueOf(destination);
    }
}
