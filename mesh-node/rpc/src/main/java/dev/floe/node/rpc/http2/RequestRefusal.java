package dev.floe.node.rpc.http2;

import java.util.Optional;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;

import dev.floe.node.bounds.PeerText;

/** How an answer says that a request is not served, and why. */
public final class RequestRefusal {
    private static final String REASON = "floe-reason";
    private static final int MAX_REASON_CHARS = 200;

    private RequestRefusal() {}

    /**
     * The answer, which ends the stream.
     *
     * @param status of HTTP
     */
    public static Http2HeadersFrame answer(int status, String reason) {
        return new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().status(Integer.toString(status)).set(REASON, reason), true);
    }

    /** Why the other side does not serve this request; a request itself has no status. */
    static Optional<String> find(Http2HeadersFrame frame) {
        CharSequence status = frame.headers().status();
        if (status == null || "200".contentEquals(status)) {
            return Optional.empty();
        }
        CharSequence reason = frame.headers().get(REASON, "status " + status);
        String shown = PeerText.of(reason.toString());
        return Optional.of("refuses the request for now: "
                + shown.substring(0, Math.min(shown.length(), MAX_REASON_CHARS)));
    }
}
