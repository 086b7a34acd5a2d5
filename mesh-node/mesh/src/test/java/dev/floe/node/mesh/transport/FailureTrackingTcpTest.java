package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.jgroups.JChannel;
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
}
