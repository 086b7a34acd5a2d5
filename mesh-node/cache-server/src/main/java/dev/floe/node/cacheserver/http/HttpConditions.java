package dev.floe.node.cacheserver.http;

import java.util.Optional;
import java.util.function.BooleanSupplier;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * The conditions of a request (RFC 9110, 13). Values have no entity tags, so a tag matches none, and only {@code *}
 * matches a value that is there. They have no times either, so conditions about times are ignored.
 */
final class HttpConditions {
    private static final String ANY = "*";

    private HttpConditions() {}

    /**
     * The answer to a request whose conditions do not hold; empty if they hold.
     *
     * @param exists whether there is a value; asked only if a condition depends on it
     */
    static Optional<CacheHttpResponse> answer(HttpRequest request, BooleanSupplier exists) {
        Optional<String> match = list(request, HttpHeaderNames.IF_MATCH);
        if (match.isPresent() && !(match.get().equals(ANY) && exists.getAsBoolean())) {
            return Optional
                    .of(CacheHttpResponse.of(HttpResponseStatus.PRECONDITION_FAILED, "no value is there that matches"));
        }
        Optional<String> noneMatch = list(request, HttpHeaderNames.IF_NONE_MATCH);
        if (noneMatch.isPresent() && noneMatch.get().equals(ANY) && exists.getAsBoolean()) {
            return Optional.of(switch (request.method().name()) {
                case "GET", "HEAD" -> CacheHttpResponse.of(HttpResponseStatus.NOT_MODIFIED);
                default -> CacheHttpResponse.of(HttpResponseStatus.PRECONDITION_FAILED, "a value is there already");
            });
        }
        return Optional.empty();
    }

    /** All fields of a name as one list. */
    private static Optional<String> list(HttpRequest request, CharSequence name) {
        return request.headers().contains(name)
                ? Optional.of(String.join(",", request.headers().getAll(name)).strip())
                : Optional.empty();
    }
}
