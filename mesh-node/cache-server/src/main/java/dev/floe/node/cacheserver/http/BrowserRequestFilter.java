package dev.floe.node.cacheserver.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import dev.floe.node.http.RequestTarget;

/**
 * Turns away what no build tool sends. A web page that the user looks at can make the browser send requests to the
 * loopback: such a request says where it comes from ({@code Origin}, {@code Sec-Fetch-Site}), or, if the page's own
 * name was made to lead to the loopback (DNS rebinding), it has that name as its {@code Host}.
 */
final class BrowserRequestFilter {
    private static final Pattern LOOPBACK = Pattern
            .compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{0,5})?", Pattern.CASE_INSENSITIVE);
    private static final List<String> OF_BROWSERS = List.of("origin", "sec-fetch-site");

    private BrowserRequestFilter() {}

    /** Why a request is not looked at further; empty if it is. */
    static Optional<CacheHttpResponse> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return switch (request.decoderResult().cause()) {
                case TooLongHttpLineException _ -> refused(HttpResponseStatus.REQUEST_URI_TOO_LONG, "too long a path");
                case TooLongHttpHeaderException _ ->
                    refused(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too long headers");
                default -> refused(HttpResponseStatus.BAD_REQUEST, "this is no HTTP/1.1");
            };
        }
        HttpHeaders headers = request.headers();
        if (request.protocolVersion().majorVersion() != 1) {
            return refused(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here");
        }
        if (OF_BROWSERS.stream().anyMatch(headers::contains)) {
            return refused(HttpResponseStatus.FORBIDDEN, "web pages have no access");
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || !LOOPBACK.matcher(hosts.getFirst()).matches()) {
            return refused(HttpResponseStatus.FORBIDDEN,
                    "the Host of a request must be localhost, 127.x.x.x or [::1]; use one of them in the tool's URL");
        }
        Optional<String> authority = RequestTarget.parse(request.uri()).authority();
        if (authority.isPresent() && !LOOPBACK.matcher(authority.get()).matches()) {
            return refused(HttpResponseStatus.FORBIDDEN, "this node is no proxy: it serves its own cache only");
        }
        if (!isCodedInChunksAlone(headers)) {
            return refused(HttpResponseStatus.NOT_IMPLEMENTED, "a body may be sent in chunks, and not coded otherwise");
        }
        if (headers.contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(request)) {
            return refused(HttpResponseStatus.EXPECTATION_FAILED, "only 100-continue can be expected");
        }
        return Optional.empty();
    }

    /** Another coding below the chunks would be stored as if it were the value. */
    private static boolean isCodedInChunksAlone(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.TRANSFER_ENCODING).stream()
                .flatMap(field -> Arrays.stream(field.split(",", -1))).map(String::strip)
                .filter(coding -> !coding.isEmpty()).allMatch(HttpHeaderValues.CHUNKED::contentEqualsIgnoreCase);
    }

    private static Optional<CacheHttpResponse> refused(HttpResponseStatus status, String reason) {
        return Optional.of(new CacheHttpResponse.ErrorResponse(status, reason));
    }
}
