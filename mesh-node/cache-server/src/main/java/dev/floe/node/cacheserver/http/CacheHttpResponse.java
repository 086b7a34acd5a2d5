package dev.floe.node.cacheserver.http;

import java.nio.channels.FileChannel;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The response to a request of the cache over HTTP. */
sealed interface CacheHttpResponse {
    /** A status with a line or a document of text; empty text is no body. */
    record TextResponse(HttpResponseStatus status, String text, String type) implements CacheHttpResponse {}

    /** The same, after which nothing more is taken from this client. */
    record ErrorResponse(HttpResponseStatus status, String reason) implements CacheHttpResponse {}

    /** A value; who sends it closes it. */
    record ValueResponse(FileChannel value) implements CacheHttpResponse {}

    static CacheHttpResponse of(HttpResponseStatus status) {
        return new TextResponse(status, "", "text/plain");
    }

    static CacheHttpResponse of(HttpResponseStatus status, String line) {
        return new TextResponse(status, line + "\n", "text/plain; charset=utf-8");
    }
}
