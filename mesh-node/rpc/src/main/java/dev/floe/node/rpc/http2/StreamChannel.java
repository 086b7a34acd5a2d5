package dev.floe.node.rpc.http2;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.EventExecutor;

import dev.floe.node.rpc.stream.StreamBrokenException;

/**
 * The channel of a stream. This side's streams are opened without waiting: opening is a task of the connection's event
 * loop, and so is all that is sent before it has run. The loop is woken only by the first bytes, so that they and the
 * headers go out in one write.
 */
final class StreamChannel {
    private static final int MAX_EARLY_BYTES = 256 * 1024;

    private volatile @Nullable Channel connection; // set if this side opens the stream
    private volatile @Nullable Channel opened; // set by the event loop

    /** The stream is open. Called by the event loop. */
    void opened(Channel stream) {
        opened = stream;
    }

    /**
     * Opens a stream of this side, at the latest when something is sent.
     *
     * @param handler   of the stream
     * @param onFailure called by the event loop with the reason if the stream cannot be opened
     * @throws RejectedExecutionException if the event loops have ended
     */
    void open(Channel onConnection, Http2Stream handler, Http2HeadersFrame headers, Consumer<String> onFailure) {
        connection = onConnection;
        Runnable opening = () -> new Http2StreamChannelBootstrap(onConnection).handler(handler).open()
                .addListener(result -> {
                    if (result.isSuccess()) {
                        required(opened).write(headers);
                    } else {
                        onFailure.accept(ConnectionFailure.text(onConnection, result.cause()));
                    }
                });
        EventExecutor loop = onConnection.eventLoop();
        if (loop instanceof AbstractEventExecutor lazy) {
            lazy.lazyExecute(opening);
        } else {
            loop.execute(opening);
        }
    }

    ByteBufAllocator alloc() {
        Channel stream = opened;
        return (stream == null ? required(connection) : stream).alloc();
    }

    /** @param sentBytes so far; only so many wait for a stream that is not open yet */
    boolean isWritable(long sentBytes) {
        Channel stream = opened;
        return stream == null ? sentBytes < MAX_EARLY_BYTES : stream.isWritable();
    }

    /** Sends a frame. The result fails if the stream cannot be opened. */
    ChannelFuture writeAndFlush(Object frame) {
        Channel stream = opened;
        if (stream != null) {
            return stream.writeAndFlush(frame);
        }
        Channel parent = required(connection);
        ChannelPromise sent = parent.newPromise();
        try {
            parent.eventLoop().execute(() -> send(frame, sent));
        } catch (RejectedExecutionException _) {
            ReferenceCountUtil.release(frame);
            return parent.newFailedFuture(new StreamBrokenException("the node is closing"));
        }
        return sent;
    }

    /** Sends a frame once the stream is open, or cannot be opened. */
    private void send(Object frame, ChannelPromise sent) {
        Channel stream = opened;
        if (stream == null) {
            ReferenceCountUtil.release(frame);
            sent.setFailure(new StreamBrokenException("the stream is not open"));
            return;
        }
        stream.writeAndFlush(frame).addListener(result -> {
            if (result.isSuccess()) {
                sent.setSuccess();
            } else {
                sent.setFailure(result.cause());
            }
        });
    }

    /** Does something with the channel: now, or when it is open. Nothing is done if it cannot be opened. */
    void use(Consumer<Channel> action) {
        Channel stream = opened;
        if (stream != null) {
            action.accept(stream);
            return;
        }
        try {
            required(connection).eventLoop().execute(() -> {
                Channel now = opened;
                if (now != null) {
                    action.accept(now);
                }
            });
        } catch (RejectedExecutionException _) {
            // the node ends, and all streams with it
        }
    }

    private static Channel required(@Nullable Channel channel) {
        if (channel == null) {
            throw new IllegalStateException("the stream is not open");
        }
        return channel;
    }
}
