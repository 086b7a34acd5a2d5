package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.DefaultSocketFactory;
import org.junit.jupiter.api.Test;

final class FailureTrackingTcpTest {
    /** The listener accepts nothing, and its queue is full: Linux drops what else comes, as a firewall does. */
    @Test
    void aMessageToAllDoesNotWaitForAMemberThatDoesNotAnswer() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        FailureTrackingTcp transport = new FailureTrackingTcp(new FailedJoinAttempts(),
                new JoinWindow(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        transport.setBindAddress(loopback).setBindPort(0);
        transport.setSockConnTimeout((int) Duration.ofHours(1).toMillis());
        CountDownLatch arrived = new CountDownLatch(1);
        try (JChannel channel = new JChannel(transport);
                Silent silent = new Silent();
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            channel.connect("one");
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket accepted = other.accept()) {
                    if (accepted.getInputStream().read() >= 0) {
                        arrived.countDown();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            transport.sendUnicasts(List.of(silent.address(), new IpAddress(loopback, other.getLocalPort())),
                    new byte[]{1}, 0, 1);
            arrived.await();
            assertThat(transport.isUnanswered(silent.address())).isFalse();
        }
    }

    /** A port that accepts nothing, and whose queue is full. */
    private static final class Silent implements AutoCloseable {
        private final ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> waiting = new ArrayList<>();

        Silent() throws IOException {
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket());
                waiting.getLast().connect(port.getLocalSocketAddress());
            }
        }

        PhysicalAddress address() {
            return new IpAddress(port.getInetAddress(), port.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            port.close();
        }
    }

    /** A member whose protocols end with the transport. */
    private static final class Member implements AutoCloseable {
        final FailureTrackingTcp transport = new FailureTrackingTcp(new FailedJoinAttempts(),
                new JoinWindow(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        final Set<String> received = ConcurrentHashMap.newKeySet();
        final Map<SocketAddress, SocketAddress> detours = new ConcurrentHashMap<>();
        final JChannel channel;

        Member(String name) throws Exception {
            transport.setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(0);
            transport.setSockConnTimeout(50);
            transport.setSocketFactory(new DefaultSocketFactory() {
                @Override
                public Socket createSocket(String service) {
                    return new Socket() {
                        @Override
                        public void connect(SocketAddress address, int timeout) throws IOException {
                            super.connect(detours.getOrDefault(address, address), timeout);
                        }
                    };
                }
            });
            channel = new JChannel(transport);
            channel.setName(name);
            channel.setReceiver(new Receiver() {
                @Override
                public void receive(Message message) {
                    received.add(message.getObject());
                }
            });
            channel.connect("one");
        }

        PhysicalAddress address() {
            return (PhysicalAddress) channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
        }

        void knows(Member... others) {
            for (Member other : others) {
                transport.addPhysicalAddressToCache(other.channel.getAddress(), other.address());
            }
        }

        /** Its attempts to connect to another are not answered. */
        void cannotConnectTo(Member other, Silent silent) {
            detours.put(((IpAddress) other.address()).getSocketAddress(), silent.port.getLocalSocketAddress());
        }

        void isIn(Member... group) {
            channel.down(new Event(Event.VIEW_CHANGE, View.create(group[0].channel.getAddress(), 1,
                    Stream.of(group).map(member -> member.channel.getAddress()).toArray(Address[]::new))));
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    /** As of two members behind different routers. Nothing here sends a message again that is lost. */
    @Test
    void aMemberThatDoesNotAnswerIsReachedOverAnother() throws Exception {
        try (Silent silent = new Silent();
                Member first = new Member("first");
                Member second = new Member("second");
                Member third = new Member("third")) {
            List<Member> members = List.of(first, second, third);
            members.forEach(member -> member.knows(first, second, third));
            second.cannotConnectTo(third, silent);
            members.forEach(member -> member.isIn(first, second, third));
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                third.channel.send(first.channel.getAddress(), "opens a connection");
                second.channel.send(third.channel.getAddress(), "to one");
                second.channel.send(null, "to all");
                assertThat(third.received).containsExactlyInAnyOrder("to one", "to all");
            });
            assertThat(first.received).containsExactlyInAnyOrder("opens a connection", "to all");
        }
    }

    /** Groups of two nodes behind different routers, of which one has a member that both reach, are to become one. */
    @Test
    void aNodeOfAnotherGroupThatDoesNotAnswerIsReachedOverAThird() throws Exception {
        try (Silent silent = new Silent();
                Member first = new Member("first");
                Member second = new Member("second");
                Member third = new Member("third")) {
            first.knows(third);
            second.knows(first, third);
            third.knows(first);
            second.cannotConnectTo(third, silent);
            first.isIn(first, third);
            third.isIn(first, third);
            second.isIn(second);
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                third.channel.send(first.channel.getAddress(), "opens a connection");
                second.channel.send(first.channel.getAddress(), "opens another");
                second.channel.send(third.channel.getAddress(), "to one");
                assertThat(third.received).containsExactly("to one");
            });
        }
    }

    /** Whoever sends nothing again would lose it. */
    @Test
    void whatFindsThatANodeDoesNotAnswerIsForwardedToo() throws Exception {
        try (Silent silent = new Silent();
                Member first = new Member("first");
                Member second = new Member("second");
                Member third = new Member("third")) {
            List<Member> members = List.of(first, second, third);
            members.forEach(member -> member.knows(first, second, third));
            second.cannotConnectTo(third, silent);
            members.forEach(member -> member.isIn(first, second, third));
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                third.channel.send(first.channel.getAddress(), "opens a connection");
                second.channel.send(first.channel.getAddress(), "opens another");
                assertThat(first.received).containsExactlyInAnyOrder("opens a connection", "opens another");
            });
            second.channel.send(third.channel.getAddress(), "once");
            await().atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(third.received).containsExactly("once"));
        }
    }

    /** A router that has no way to the network of a host says so, as this machine does about a group of hosts. */
    @Test
    void noWayToAHostIsNoAnswer() throws Exception {
        Exception failure = failureOf("224.0.0.1", 9);
        assertThat(failure).isExactlyInstanceOf(SocketException.class);
        assertThat(FailureTrackingTcp.isNoAnswer(failure)).isTrue();
    }

    @Test
    void aRefusalIsAnAnswer() throws Exception {
        int free;
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = reserved.getLocalPort();
        }
        assertThat(FailureTrackingTcp.isNoAnswer(failureOf("127.0.0.1", free))).isFalse();
    }

    @Test
    void aConnectionThatBreaksHadAnAnswer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            try (Socket accepted = server.accept()) {
                accepted.setSoLinger(true, 0);
            }
            SocketException failure = catchThrowableOfType(SocketException.class,
                    () -> socket.getInputStream().read());
            assertThat(FailureTrackingTcp.isNoAnswer(failure)).isFalse();
        }
    }

    private static Exception failureOf(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
            return catchThrowableOfType(IOException.class, () -> socket.connect(address, 1000));
        }
    }
}
