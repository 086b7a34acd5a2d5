package dev.floe.node.rpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.rpc.http2.RequestRefusal;

/** Answers a request with a refusal, without a thread, and closes its stream. */
final class RefusedRequest extends ChannelInboundHandlerAdapter {
    private final RequestLimiter.RequestAdmission.RequestRefused refusal;
    private boolean answered;

    RefusedRequest(RequestLimiter.RequestAdmission.RequestRefused refusal) {
        this.refusal = refusal;
    }

    /** The frame that tells the peer. */
    static Http2HeadersFrame answer(RequestLimiter.RequestAdmission.RequestRefused refusal) {
        return RequestRefusal.answer(refusal.status(), refusal.reason());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        if (answered) {
            return;
        }
        answered = true;
        context.write(answer(refusal));
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)).addListener(_ -> context.close());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
