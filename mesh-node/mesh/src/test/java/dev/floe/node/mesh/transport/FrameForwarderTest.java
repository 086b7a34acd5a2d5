package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.Util;
import org.junit.jupiter.api.Test;

/** Nodes whose network is this test. */
final class FrameForwarderTest {
    private static final short TRANSPORT = 1;

    private final AtomicLong clock = new AtomicLong();
    private final Map<Address, Node> nodes = new HashMap<>();
    private final Node desk = new Node(1);
    private final Node attic = new Node(2);
    private final Node cellar = new Node(3);
    private final Node laptop = new Node(4);

    private final class Node implements FrameForwarder.Links {
        final PhysicalAddress address;
        final Set<Address> connections = new HashSet<>();
        final List<String> received = new ArrayList<>();
        final FrameForwarder forwarder = new FrameForwarder(this, clock::get);
        int passed;

        Node(int port) {
            address = new IpAddress(InetAddress.getLoopbackAddress(), port);
            nodes.put(address, this);
        }

        void connect(Node other) {
            connections.add(other.address);
            other.connections.add(address);
        }

        @Override
        public short number() {
            return TRANSPORT;
        }

        @Override
        public Address self() {
            return address;
        }

        @Override
        public List<PhysicalAddress> known() {
            return List.of(laptop.address, attic.address, cellar.address, desk.address);
        }

        @Override
        public boolean isConnectedTo(Address other) {
            return connections.contains(other);
        }

        @Override
        public void send(Address destination, ByteArray frame) throws Exception {
            assertThat(connections).contains(destination);
            Node target = Objects.requireNonNull(nodes.get(destination));
            target.passed++;
            ByteArrayDataInputStream in = new ByteArrayDataInputStream(frame.getArray(), frame.getOffset(),
                    frame.getLength());
            in.skipBytes(Short.BYTES + 1);
            Message message = Util.readMessage(in);
            assertThat(target.forwarder.take(message)).isTrue();
        }

        @Override
        public void receive(byte[] data, int offset, int length) {
            received.add(new String(data, offset, length, StandardCharsets.US_ASCII));
        }

        boolean forward(Node target, String frame) {
            return forwarder.forward(target.address, new ByteArray(frame.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    @Test
    void goesOverANodeThatIsConnectedToBoth() {
        desk.connect(attic);
        attic.connect(laptop);
        assertThat(desk.forward(laptop, "one")).isTrue();
        assertThat(laptop.received).containsExactly("one");
        assertThat(attic.received).isEmpty();
    }

    @Test
    void anotherNodeIsAskedAfterOneThatIsNotConnectedToTheTarget() {
        desk.connect(attic);
        desk.connect(cellar);
        cellar.connect(laptop);
        desk.forward(laptop, "lost");
        assertThat(desk.forward(laptop, "two")).isTrue();
        assertThat(laptop.received).containsExactly("two");
    }

    @Test
    void aNodeThatRefusedIsAskedAgainLater() {
        desk.connect(attic);
        desk.forward(laptop, "lost");
        attic.connect(laptop);
        clock.addAndGet(FrameForwarder.REFUSED_FOR.toNanos() + 1);
        assertThat(desk.forward(laptop, "two")).isTrue();
        assertThat(laptop.received).containsExactly("two");
    }

    @Test
    void nothingIsOnItsWayIfEveryNodeRefuses() {
        desk.connect(attic);
        desk.connect(cellar);
        desk.forward(laptop, "lost");
        desk.forward(laptop, "lost too");
        assertThat(desk.forward(laptop, "not sent")).isFalse();
        assertThat(attic.passed).isEqualTo(1);
        assertThat(cellar.passed).isEqualTo(1);
    }

    @Test
    void aRefusalIsForOneTarget() {
        desk.connect(attic);
        attic.connect(cellar);
        desk.forward(laptop, "lost");
        assertThat(desk.forward(cellar, "one")).isTrue();
        assertThat(cellar.received).containsExactly("one");
    }

    /** The two that do not reach the laptop are connected to each other. */
    @Test
    void aFrameDoesNotGoInCircles() {
        desk.connect(attic);
        attic.connect(cellar);
        desk.forward(laptop, "lost");
        assertThat(cellar.passed).isZero();
        assertThat(attic.passed).isEqualTo(1);
    }
}
