package dev.floe.node.doors;

import java.nio.channels.FileChannel;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What a request is answered with. */
sealed interface HttpAnswer {
    /** A status with a line or a document of text; empty text is no body. */
    record Said(HttpResponseStatus status, String text, String type) implements HttpAnswer {}

    /** The same, after which nothing more is taken from this client. */
    record Refused(HttpResponseStatus status, String reason) implements HttpAnswer {}

    /** A value; who sends it closes it. */
    record Found(FileChannel value) implements HttpAnswer {}

    static HttpAnswer of(HttpResponseStatus status) {
        return new Said(status, "", "text/plain");
    }

    static HttpAnswer of(HttpResponseStatus status, String line) {
        return new Said(status, line + "\n", "text/plain; charset=utf-8");
    }
}
