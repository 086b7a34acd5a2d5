package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;

import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.WireMemory;
import dev.floe.node.rpc.stream.WireProtocol;

final class Http2StreamTest {
    private final Http2Stream stream = new Http2Stream(
            new Http2Stream.Remote(new Http2Stream.PeerIdentity("peer", "node", WireProtocol.CURRENT),
                    WireMemory.ofHeap(), () -> 0, StallPolicy.ENDLESS, StallPolicy.ENDLESS));
    private final EmbeddedChannel channel = new EmbeddedChannel(stream);

    /** Netty keeps the frames that nobody has read until the channel is closed, and leaks them otherwise. */
    @Test
    void closesTheChannelOfAStreamThatThePeerHasCancelled() {
        channel.pipeline().fireUserEventTriggered(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        assertThat(channel.isOpen()).isTrue();
        stream.close();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void resetsAStreamThatIsClosedBeforeItsEnd() {
        stream.close();
        assertThat(channel.<DefaultHttp2ResetFrame>readOutbound().errorCode()).isEqualTo(Http2Error.CANCEL.code());
        assertThat(channel.isOpen()).isFalse();
    }
}
