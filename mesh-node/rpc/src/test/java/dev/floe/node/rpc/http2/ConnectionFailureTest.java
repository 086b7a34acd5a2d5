package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslClosedEngineException;

import dev.floe.node.rpc.stream.StreamBrokenException;

final class ConnectionFailureTest {
    private final EmbeddedChannel connection = new EmbeddedChannel();

    @Test
    void namesNoLayer() {
        assertThat(ConnectionFailure.text(connection, new ClosedChannelException())).isEqualTo("connection closed");
        assertThat(ConnectionFailure.text(connection, new SslClosedEngineException("SSLEngine closed already")))
                .isEqualTo("connection closed");
        assertThat(ConnectionFailure.text(connection, new IOException("Broken pipe"))).isEqualTo("Broken pipe");
        assertThat(ConnectionFailure.ofClosed(connection)).isEqualTo("connection closed");
    }

    @Test
    void saysThatThePeerWasSilent() {
        connection.attr(ConnectionKeepAlive.SILENT).set(Duration.ofMillis(2000));
        assertThat(ConnectionFailure.text(connection, new ClosedChannelException()))
                .isEqualTo("no sign of life for 2 s");
        assertThat(ConnectionFailure.ofClosed(connection)).isEqualTo("no sign of life for 2 s");
        connection.attr(ConnectionKeepAlive.SILENT).set(Duration.ofMillis(3600));
        assertThat(ConnectionFailure.ofClosed(connection)).isEqualTo("no sign of life for 4 s");
        assertThat(new StreamBrokenException("peer: " + ConnectionFailure.ofClosed(connection)).isSilence()).isTrue();
        assertThat(new StreamBrokenException("peer: connection closed").isSilence()).isFalse();
    }
}
