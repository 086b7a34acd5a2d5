package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;

import org.jgroups.EmptyMessage;
import org.jgroups.JChannel;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class StoppableBundlerTest {
    @Test
    void hasNoThreadsForMessagesThatComeLate() throws Exception {
        FailureTrackingTcp transport = new FailureTrackingTcp(new FailedJoinAttempts(),
                new JoinWindow(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        transport.setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(0);
        StoppableBundler bundler = new StoppableBundler();
        bundler.useSingleSenderThread(false);
        transport.setBundler(bundler);
        try (JChannel channel = new JChannel(transport)) {
            channel.connect("one");
            bundler.send(new EmptyMessage(new UUID(0, 1)));
            assertThat(bundler.active()).contains("alive=true");
        }
        bundler.send(new EmptyMessage(new UUID(0, 2)));
        assertThat(bundler.dests()).isEmpty();
    }
}
