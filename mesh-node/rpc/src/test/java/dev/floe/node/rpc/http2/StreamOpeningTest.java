package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2MultiplexHandler;

import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.WireMemory;
import dev.floe.node.rpc.stream.WireProtocol;

/** A stream that is opened without waiting; tasks of the event loop run when a test says so. */
final class StreamOpeningTest {
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int TYPE_OFFSET = 3;

    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient().build();
    private final EmbeddedChannel connection = new EmbeddedChannel(codec,
            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
    private final Http2Stream stream = new Http2Stream(
            new Http2Stream.Remote(new Http2Stream.PeerIdentity("peer", "node", WireProtocol.CURRENT),
                    WireMemory.ofHeap(), () -> 0, StallPolicy.ENDLESS, StallPolicy.ENDLESS));

    private void open() {
        connection.releaseOutbound(); // the preface
        stream.open(connection, new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().method("POST").path("/job")));
    }

    private void write(String text) throws IOException {
        stream.output().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The types of the frames that went out, in their order. */
    private String frames() {
        StringBuilder types = new StringBuilder();
        for (ByteBuf part = connection.readOutbound(); part != null; part = connection.readOutbound()) {
            types.append(part.readableBytes() < FRAME_HEADER_BYTES
                    ? ""
                    : switch (part.getByte(part.readerIndex() + TYPE_OFFSET)) {
                        case Http2FrameTypes.HEADERS -> "headers ";
                        case Http2FrameTypes.DATA -> "data ";
                        case Http2FrameTypes.RST_STREAM -> "reset ";
                        default -> "";
                    });
            part.release();
        }
        return types.toString();
    }

    @Test
    void nothingIsSentUntilTheFirstBytesAre() throws IOException {
        open();
        connection.runPendingTasks();
        assertThat(frames()).isEmpty();
        write("an offer");
        stream.output().flush();
        connection.runPendingTasks();
        assertThat(frames()).isEqualTo("headers data ");
    }

    @Test
    void whatIsSentBeforeTheStreamIsOpenFollowsItsHeaders() throws IOException {
        open();
        write("an offer");
        stream.output().flush();
        write("more");
        stream.output().close();
        connection.runPendingTasks();
        assertThat(frames()).isEqualTo("headers data data ");
    }

    @Test
    void aStreamThatIsClosedBeforeItIsOpenDoesNotStayOpen() {
        open();
        stream.close();
        connection.runPendingTasks();
        assertThat(frames()).isIn("", "headers reset ");
        assertThat(codec.connection().numActiveStreams()).isZero();
    }

    @Test
    void aStreamThatCannotBeOpenedBreaks() throws IOException {
        open();
        write("an offer");
        stream.output().flush();
        connection.close();
        connection.runPendingTasks();
        assertThatThrownBy(() -> stream.input().read()).isInstanceOf(StreamBrokenException.class);
        write("more");
        assertThatThrownBy(() -> stream.output().flush()).isInstanceOf(StreamBrokenException.class);
        stream.close();
    }
}
