package dev.floe.node.rpc.http2;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslClosedEngineException;

import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.FailureText;

/** Why streams of a connection broke off, in words for users. */
final class ConnectionFailure {
    private static final String CLOSED = "connection closed";

    private ConnectionFailure() {}

    /** @param channel of the stream, or its connection */
    static String text(Channel channel, Throwable cause) {
        boolean closed = cause instanceof ClosedChannelException || cause instanceof SslClosedEngineException;
        return closed || silence(channel).isPresent() ? ofClosed(channel) : FailureText.of(cause);
    }

    /** The connection has ended, and nothing more is known. */
    static String ofClosed(Channel channel) {
        return silence(channel).map(time -> StreamBrokenException.SILENCE + " for "
                + Math.round(time.toMillis() / 1000.0) + " s").orElse(CLOSED);
    }

    private static Optional<Duration> silence(Channel channel) {
        Channel connection = channel.parent();
        return Http2Pipeline.silence(connection == null ? channel : connection);
    }
}
