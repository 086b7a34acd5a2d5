package dev.floe.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.timeout.IdleStateEvent;

/** The bridge between an event loop and the thread that serves a client. */
final class BlockingHttpConnectionTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final BlockingHttpConnection connection = new BlockingHttpConnection(channel);

    BlockingHttpConnectionTest() {
        channel.pipeline().addLast(connection);
    }

    @Test
    void keepsAQuietClientWhileItIsTheNodesTurn() {
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.ALL_IDLE_STATE_EVENT);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void dropsAQuietClientWhoseTurnItIs() throws Exception {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        Thread taking = Thread.ofPlatform().start(() -> {
            try {
                gone.complete(connection.take().isEmpty());
            } catch (ClientDisconnectedException e) {
                gone.completeExceptionally(e);
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> taking.getState() == Thread.State.WAITING);
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.ALL_IDLE_STATE_EVENT);
        assertThat(gone.get()).isTrue();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void releasesWhatNobodyTakes() {
        HttpContent early = new DefaultHttpContent(Unpooled.buffer().writeByte(1));
        HttpContent late = new DefaultHttpContent(Unpooled.buffer().writeByte(2));
        connection.channelRead(channel.pipeline().lastContext(), early);
        connection.close();
        connection.channelRead(channel.pipeline().lastContext(), late);
        assertThat(early.refCnt()).isZero();
        assertThat(late.refCnt()).isZero();
    }
}
