package dev.floe.node.mesh.transport;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
 * <p>Two members behind different routers cannot connect to each other. Of what one of them does not hear, the whole
 * group would wait: a map is not handed over before each has its part. So another member forwards it ({@link
 * ForwardedFrame}), while this one goes on trying.
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
        } else {
            sendDirectly(destination, data, offset, length);
        }
    }

    /** Tries to connect, unless that is too early. What was forwarded too is not delivered twice. */
    private void connectElsewhere(Address destination, byte[] data, int offset, int length) {
        if (!isPaused(destination)) {
            unconnected.add(destination, Arrays.copyOfRange(data, offset, offset + length));
        }
    }

    /** Has another member forward a frame to one that did not answer. @return whether it is on its way */
    private boolean forward(Address destination, byte[] data, int offset, int length) {
        List<Address> members = isUnanswered(destination) ? inOrder : List.of();
        Optional<Address> target = members.stream()
                .filter(member -> destination.equals(getPhysicalAddressFromCache(member))).findFirst();
        Optional<PhysicalAddress> between = members.stream().filter(member -> !member.equals(local_addr))
                .map(this::getPhysicalAddressFromCache).filter(Objects::nonNull)
                .filter(address -> !address.equals(destination) && isConnectedTo(address)).findFirst();
        if (target.isEmpty() || between.isEmpty()) {
            return false;
        }
        try {
            ByteArray wrapped = ForwardedFrame.wrap(local_addr, target.get(), id, new ByteArray(data, offset, length));
            super.send(between.get(), wrapped.getArray(), wrapped.getOffset(), wrapped.getLength());
            return true;
        } catch (Exception e) {
            LOG.debug("cannot have a frame forwarded peer={}: {}", text(destination), FailureText.of(e));
            return false;
        }
    }

    @Override
    public void passMessageUp(Message message, boolean matchCluster, boolean multicast, boolean discardOwn) {
        if (!ForwardedFrame.isIn(message, id)) {
            super.passMessageUp(message, matchCluster, multicast, discardOwn);
        } else if (Objects.equals(local_addr, message.getDest())) {
            receive(null, message.getArray(), message.getOffset(), message.getLength());
        } else {
            passOn(message);
        }
    }

    /** To a member that is connected to this one, and no other way: frames do not go in circles. */
    private void passOn(Message message) {
        PhysicalAddress destination = getPhysicalAddressFromCache(message.getDest());
        if (destination == null || !isConnectedTo(destination)) {
            return;
        }
        try {
            ByteArray frame = ForwardedFrame.frame(message);
            super.send(destination, frame.getArray(), frame.getOffset(), frame.getLength());
        } catch (Exception e) {
            LOG.debug("cannot forward a frame peer={}: {}", text(destination), FailureText.of(e));
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

    /** Whether nothing came back. A refusal comes at once, from a host that is there. */
    private static boolean isNoAnswer(Exception failure) {
        return failure instanceof SocketTimeoutException || failure instanceof NoRouteToHostException;
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
