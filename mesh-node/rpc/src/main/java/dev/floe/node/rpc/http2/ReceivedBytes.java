package dev.floe.node.rpc.http2;

import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts what a connection brings, before it is taken apart into frames. */
public final class ReceivedBytes extends ChannelInboundHandlerAdapter implements LongSupplier {
    private volatile long bytes; // written by the event loop alone

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf part) {
            bytes = bytes + part.readableBytes();
        }
        context.fireChannelRead(message);
    }

    @Override
    public long getAsLong() {
        return bytes;
    }
}
