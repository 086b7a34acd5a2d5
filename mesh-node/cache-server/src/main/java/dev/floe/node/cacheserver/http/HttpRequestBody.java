package dev.floe.node.cacheserver.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.cacheserver.values.Upload;
import dev.floe.node.http.BlockingHttpConnection;
import dev.floe.node.http.ClientDisconnectedException;

/** The body of one request, as it comes. Used by one thread. */
final class HttpRequestBody {
    private final BlockingHttpConnection connection;
    private boolean awaitsWord;
    private boolean over; // nothing more comes of it

    HttpRequestBody(BlockingHttpConnection connection, HttpRequest request) {
        this.connection = connection;
        this.awaitsWord = HttpUtil.is100ContinueExpected(request);
        this.over = request instanceof LastHttpContent || request.decoderResult().isFailure();
    }

    /** Whether the client sends the body only when told to, and was not told. */
    boolean awaitsWord() {
        return awaitsWord;
    }

    /**
     * Takes all of it.
     *
     * @return false if it is more than a value may have; the rest is still to come then
     * @throws MalformedBodyException if it is no HTTP, or ends too early
     */
    boolean writeTo(Upload upload) throws IOException {
        if (awaitsWord) {
            awaitsWord = false;
            connection.send(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                    Unpooled.EMPTY_BUFFER));
        }
        while (!over) {
            HttpContent part = next();
            try {
                for (ByteBuffer bytes : part.content().nioBuffers()) {
                    if (!upload.write(bytes)) {
                        return false;
                    }
                }
            } finally {
                part.release();
            }
        }
        return true;
    }

    /**
     * Drops the rest, or as much as {@code maxBytes} and a little more.
     *
     * @return whether it was all
     * @throws MalformedBodyException if it is no HTTP, or ends too early
     */
    boolean discard(long maxBytes) throws ClientDisconnectedException, MalformedBodyException {
        for (long dropped = 0; !over && dropped <= maxBytes;) {
            HttpContent part = next();
            dropped += part.content().readableBytes();
            part.release();
        }
        return over;
    }

    private HttpContent next() throws ClientDisconnectedException, MalformedBodyException {
        Optional<HttpObject> taken = connection.take();
        over = taken.isEmpty();
        HttpObject part = taken.orElseThrow(() -> new MalformedBodyException("the body ends too early"));
        if (!(part instanceof HttpContent content) || part.decoderResult().isFailure()) {
            over = true;
            ReferenceCountUtil.release(part);
            throw new MalformedBodyException(part.decoderResult().cause() instanceof TooLongHttpHeaderException
                    ? "the trailer of the body is too long"
                    : "the body is not in chunks as HTTP has them");
        }
        over = content instanceof LastHttpContent;
        return content;
    }
}
