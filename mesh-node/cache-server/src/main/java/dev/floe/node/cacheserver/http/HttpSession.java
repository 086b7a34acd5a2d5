package dev.floe.node.cacheserver.http;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.http.BlockingHttpConnection;
import dev.floe.store.FailureText;

/** Serves one client: its requests one after the other, until one of the two has enough. */
final class HttpSession implements Runnable {
    private static final Logger LOG = LogManager.getLogger(HttpSession.class);
    private static final int CHUNK_BYTES = 128 << 10;

    /** How much of a refused body is read so that the connection can continue; */
    private static final long PATIENCE_BYTES = 1 << 20;

    /** and so much more so that a client that sends before it listens gets to see the refusal. */
    private static final long FAREWELL_BYTES = 64 << 20;

    private final BlockingHttpConnection connection;
    private final HttpCacheHandler methods;

    HttpSession(BlockingHttpConnection connection, CacheBackend cache) {
        this.connection = connection;
        this.methods = new HttpCacheHandler(cache);
    }

    @Override
    public void run() {
        try (connection) {
            while (true) {
                Optional<HttpObject> first = connection.takeHead();
                if (first.isEmpty() || !serve(first.get())) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.debug("a client of the cache has left: {}", FailureText.of(e));
        } catch (RuntimeException e) {
            LOG.warn("a request to the cache failed", e);
        }
    }

    /** @return whether the connection continues */
    private boolean serve(HttpObject first) throws IOException {
        try {
            return first instanceof HttpRequest request && serve(request, new HttpRequestBody(connection, request));
        } finally {
            ReferenceCountUtil.release(first);
        }
    }

    private boolean serve(HttpRequest request, HttpRequestBody body) throws IOException {
        CacheHttpResponse answer = answer(request, body);
        LOG.debug("cache request method={} path={} answer={}", request.method(), request.uri(), answer);
        boolean all = isTaken(body, PATIENCE_BYTES);
        boolean goesOn = all && HttpUtil.isKeepAlive(request)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        switch (answer) {
            case CacheHttpResponse.ValueResponse(FileChannel value) -> {
                try (value) {
                    send(value, goesOn);
                }
            }
            case CacheHttpResponse.TextResponse said -> say(said, goesOn);
            case CacheHttpResponse.ErrorResponse(HttpResponseStatus status, String reason) -> {
                goesOn = false;
                say((CacheHttpResponse.TextResponse) CacheHttpResponse.of(status, reason), false);
            }
        }
        if (!all) {
            isTaken(body, FAREWELL_BYTES);
        }
        return goesOn;
    }

    private CacheHttpResponse answer(HttpRequest request, HttpRequestBody body) throws IOException {
        Optional<CacheHttpResponse> refusal = BrowserRequestFilter.refusal(request);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try {
            if (!request.method().equals(HttpMethod.PUT) && !body.awaitsWord()) {
                body.discard(PATIENCE_BYTES); // nothing is done for a request that is no HTTP
            }
            return methods.answer(request, body);
        } catch (MalformedBodyException e) {
            return new CacheHttpResponse.ErrorResponse(HttpResponseStatus.BAD_REQUEST, FailureText.of(e));
        }
    }

    /** Drops what is left of a body; true if that was all of it, so that the next request follows. */
    private static boolean isTaken(HttpRequestBody body, long maxBytes) throws IOException {
        try {
            return !body.awaitsWord() && body.discard(maxBytes);
        } catch (MalformedBodyException _) {
            return false;
        }
    }

    private void say(CacheHttpResponse.TextResponse answer, boolean goesOn) throws IOException {
        ByteBuf text = Unpooled.copiedBuffer(answer.text(), StandardCharsets.UTF_8);
        HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), text);
        if (text.isReadable()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.type());
        }
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, HttpCacheHandler.ALLOWED);
        }
        HttpUtil.setContentLength(response, text.readableBytes());
        HttpUtil.setKeepAlive(response, goesOn);
        connection.send(response);
    }

    private void send(FileChannel value, boolean goesOn) throws IOException {
        long size = value.size();
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM);
        HttpUtil.setContentLength(response, size);
        HttpUtil.setKeepAlive(response, goesOn);
        connection.send(response);
        for (long done = 0; done < size;) {
            ByteBuf chunk = read(value, done, (int) Math.min(CHUNK_BYTES, size - done));
            done += chunk.readableBytes();
            connection.send(new DefaultHttpContent(chunk));
        }
        connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private ByteBuf read(FileChannel value, long from, int length) throws IOException {
        ByteBuf chunk = connection.allocator().buffer(length);
        try {
            while (chunk.isWritable()) {
                if (chunk.writeBytes(value, from + chunk.readableBytes(), length - chunk.readableBytes()) < 0) {
                    throw new IOException("a value became shorter while it was sent");
                }
            }
            return chunk;
        } catch (IOException e) {
            chunk.release();
            throw e;
        }
    }
}
