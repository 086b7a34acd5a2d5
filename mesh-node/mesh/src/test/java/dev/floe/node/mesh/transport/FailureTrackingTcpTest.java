package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
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
        List<Socket> waiting = new ArrayList<>();
        CountDownLatch arrived = new CountDownLatch(1);
        try (JChannel channel = new JChannel(transport);
                ServerSocket silent = new ServerSocket(0, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            channel.connect("one");
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket());
                waiting.getLast().connect(new InetSocketAddress(loopback, silent.getLocalPort()));
            }
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket accepted = other.accept()) {
                    if (accepted.getInputStream().read() >= 0) {
                        arrived.countDown();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            transport.sendUnicasts(List.of(new IpAddress(loopback, silent.getLocalPort()),
                    new IpAddress(loopback, other.getLocalPort())), new byte[]{1}, 0, 1);
            arrived.await();
            assertThat(transport.isUnanswered(new IpAddress(loopback, silent.getLocalPort()))).isFalse();
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** A member whose protocols end with the transport. */
    private static final class Member implements AutoCloseable {
        final FailureTrackingTcp transport = new FailureTrackingTcp(new FailedJoinAttempts(),
                new JoinWindow(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        final Set<String> received = ConcurrentHashMap.newKeySet();
        final JChannel channel;

        Member(String name) throws Exception {
            transport.setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(0);
            transport.setSockConnTimeout(50);
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

        void knows(Member other, PhysicalAddress address) {
            transport.addPhysicalAddressToCache(other.channel.getAddress(), address);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    /** As of two members behind different routers. Nothing here sends a message again that is lost. */
    @Test
    void aMemberThatDoesNotAnswerIsReachedOverAnother() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 1, loopback);
                Member first = new Member("first");
                Member second = new Member("second");
                Member third = new Member("third")) {
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket());
                waiting.getLast().connect(new InetSocketAddress(loopback, silent.getLocalPort()));
            }
            List<Member> members = List.of(first, second, third);
            View view = View.create(first.channel.getAddress(), 1,
                    members.stream().map(member -> member.channel.getAddress()).toArray(Address[]::new));
            members.forEach(member -> members.forEach(other -> member.knows(other, other.address())));
            second.knows(third, new IpAddress(loopback, silent.getLocalPort()));
            members.forEach(member -> member.channel.down(new Event(Event.VIEW_CHANGE, view)));
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                third.channel.send(first.channel.getAddress(), "opens a connection");
                second.channel.send(third.channel.getAddress(), "to one");
                second.channel.send(null, "to all");
                assertThat(third.received).containsExactlyInAnyOrder("to one", "to all");
            });
            assertThat(first.received).containsExactlyInAnyOrder("opens a connection", "to all");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}
