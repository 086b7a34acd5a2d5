package dev.floe.node.rpc;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;

import dev.floe.node.bounds.DoorFormat;

/**
 * The protocol at the port of the data plane for those who are no members: this node sends a number, the other side one
 * request, this node one answer. Each has its length before it. It is for strangers, so it has no more than that; their
 * connections count as handshakes until they end.
 */
final class DoorProtocol extends SimpleChannelInboundHandler<ByteBuf> {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PeerAdmission.Door door;
    private final X509Certificate own;
    private final X509Certificate peer;
    private final byte[] nonce = new byte[DoorFormat.NONCE_BYTES];
    private boolean asked;

    private DoorProtocol(PeerAdmission.Door door, X509Certificate own, X509Certificate peer) {
        this.door = door;
        this.own = own;
        this.peer = peer;
        RANDOM.nextBytes(nonce);
    }

    /** Speaks it on a connection whose handshake is done. */
    static void serve(Channel channel, PeerAdmission.Door door, X509Certificate own, X509Certificate peer) {
        DoorProtocol protocol = new DoorProtocol(door, own, peer);
        channel.pipeline().addLast(new LengthFieldPrepender(Integer.BYTES),
                new LengthFieldBasedFrameDecoder(DoorFormat.MAX_REQUEST_BYTES, 0, Integer.BYTES, 0,
                        Integer.BYTES),
                protocol);
        channel.writeAndFlush(Unpooled.wrappedBuffer(protocol.nonce));
        channel.eventLoop().schedule(() -> channel.close(), DoorFormat.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
        if (asked) {
            context.close();
            return;
        }
        asked = true;
        byte[] bytes = ByteBufUtil.getBytes(request);
        Thread.ofVirtual().name("floe-door-" + context.channel().remoteAddress()).start(() -> answer(context, bytes));
    }

    private void answer(ChannelHandlerContext context, byte[] request) {
        try {
            context.writeAndFlush(Unpooled.wrappedBuffer(door.answer(nonce, own, peer, request)))
                    .addListener(ChannelFutureListener.CLOSE);
        } catch (RuntimeException e) { // the mesh's maps throw many kinds while they start, stop and split
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
