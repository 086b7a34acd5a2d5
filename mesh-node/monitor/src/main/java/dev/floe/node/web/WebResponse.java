package dev.floe.node.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Responses with the headers that every response of the page has. */
final class WebResponse {
    /**
     * The page's own files and connections, and nothing else: no inline script or style, no frame, no form, no markup
     * made of text.
     */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
            + "'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private WebResponse() {}

    static FullHttpResponse of(HttpResponseStatus status, WebDocument document, boolean goesOn) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status,
                Unpooled.wrappedBuffer(document.body()));
        prepare(response.headers(), document.contentType());
        HttpUtil.setContentLength(response, document.body().length);
        HttpUtil.setKeepAlive(response, goesOn);
        return response;
    }

    /** The head of a response whose length is not known. */
    static HttpResponse begin(String contentType, boolean goesOn) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        prepare(response.headers(), contentType);
        HttpUtil.setTransferEncodingChunked(response, true);
        HttpUtil.setKeepAlive(response, goesOn);
        return response;
    }

    private static void prepare(HttpHeaders headers, String contentType) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-frame-options", "DENY");
        headers.set("referrer-policy", "no-referrer");
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set("cross-origin-opener-policy", "same-origin");
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
}
