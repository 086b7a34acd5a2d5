package dev.floe.node.web.access;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;

import dev.floe.node.http.RequestTarget;

/**
 * Decides who may look and who may act. Other web pages that the user looks at can make the browser send requests: such
 * a request says where it comes from ({@code Origin}, {@code Sec-Fetch-Site}), or, if the page's own name was made to
 * lead to this machine (DNS rebinding), it has that name as its {@code Host}. Other users of this machine are told
 * apart by the owner of the connection's socket; with a token by the token alone.
 */
public final class WebRequestFilter {
    /** A header that a page of another site cannot send unless this server allows it, which it never does. */
    public static final String INTENT = "x-floe-intent";

    private static final Pattern LOOPBACK = Pattern
            .compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{0,5})?", Pattern.CASE_INSENSITIVE);
    private static final String BEARER = "bearer ";
    private static final String METRICS = "/metrics";

    private final WebConfig settings;
    private final boolean everyoneLooks;

    /** @param everyoneLooks whether users of this machine other than the node's may see what the node does */
    public WebRequestFilter(WebConfig settings, boolean everyoneLooks) {
        this.settings = settings;
        this.everyoneLooks = everyoneLooks;
    }

    /** What to do with a request. */
    public sealed interface Verdict {
        /** It is answered; {@code acts} if the client may also make the node do something. */
        record Allowed(boolean acts) implements Verdict {}

        /**
         * The client has shown the token in the address: it gets a cookie in exchange, and continues without the token.
         */
        record SignedIn(String location, String cookie) implements Verdict {}

        record Refused(HttpResponseStatus status, String reason) implements Verdict {}
    }

    /**
     * Decides on a request.
     *
     * @param isOwners whether the connection belongs to the node's own user or root; asked only if it matters
     */
    public Verdict decide(HttpRequest request, int port, BooleanSupplier isOwners) {
        Verdict.Refused malformed = malformed(request);
        if (malformed != null) {
            return malformed;
        }
        Verdict.Refused foreign = foreign(request);
        if (foreign != null) {
            return foreign;
        }
        boolean acting = request.method().equals(HttpMethod.POST);
        if (acting && !request.headers().contains(INTENT)) {
            return refused(HttpResponseStatus.FORBIDDEN,
                    "a request that changes something must have the header " + INTENT);
        }
        return settings.token().isPresent()
                ? byToken(request, port, settings.token().get())
                : byUser(request, acting, isOwners);
    }

    private static Verdict.@Nullable Refused malformed(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return switch (request.decoderResult().cause()) {
                case TooLongHttpLineException _ -> refused(HttpResponseStatus.REQUEST_URI_TOO_LONG, "too long a path");
                case TooLongHttpHeaderException _ ->
                    refused(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too long headers");
                default -> refused(HttpResponseStatus.BAD_REQUEST, "this is not HTTP/1.1");
            };
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return refused(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "this server knows HTTP/1.1 only");
        }
        return HttpUtil.is100ContinueExpected(request) || request.headers().contains(HttpHeaderNames.EXPECT)
                ? refused(HttpResponseStatus.EXPECTATION_FAILED, "no request here has a body")
                : null;
    }

    /** Why a request comes from another site, or may do so. */
    private Verdict.@Nullable Refused foreign(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || hosts.getFirst().isBlank()) {
            return refused(HttpResponseStatus.BAD_REQUEST, "a request has one Host");
        }
        String host = hosts.getFirst();
        if (!settings.isOpenToTheNetwork() && !LOOPBACK.matcher(host).matches()) {
            return refused(HttpResponseStatus.FORBIDDEN,
                    "the page is at localhost, 127.x.x.x or [::1], and not at the Host of this request");
        }
        Optional<String> authority = RequestTarget.parse(request.uri()).authority();
        if (authority.isPresent() && !authority.get().equalsIgnoreCase(host)) {
            return refused(HttpResponseStatus.FORBIDDEN, "this node is no proxy");
        }
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!origin.equalsIgnoreCase("http://" + host)) {
                return refused(HttpResponseStatus.FORBIDDEN, "pages of other sites have no access");
            }
        }
        for (String site : headers.getAll("sec-fetch-site")) {
            if (!site.equals("same-origin") && !site.equals("none")) {
                return refused(HttpResponseStatus.FORBIDDEN,
                        "pages of other sites have no access; type the address, or open it with: floe web");
            }
        }
        return null;
    }

    private Verdict byUser(HttpRequest request, boolean acting, BooleanSupplier isOwners) {
        String path = path(request);
        if (!acting && (everyoneLooks || path.equals(METRICS))) {
            return new Verdict.Allowed(false);
        }
        return isOwners.getAsBoolean()
                ? new Verdict.Allowed(true)
                : refused(HttpResponseStatus.FORBIDDEN, acting
                        ? "only the node's own user may do this"
                        : "only the node's own user may look; start the node with --web-token to let others in");
    }

    private static Verdict byToken(HttpRequest request, int port, WebToken token) {
        QueryStringDecoder query = new QueryStringDecoder(RequestTarget.parse(request.uri()).path());
        List<String> shown = query.parameters().getOrDefault("token", List.of());
        if (request.method().equals(HttpMethod.GET) && shown.size() == 1 && token.matches(shown.getFirst())) {
            return new Verdict.SignedIn(query.path().startsWith("//") ? "/" : query.path(),
                    cookieName(port) + "=" + token.cookie() + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000");
        }
        return hasBearer(request, token) || hasCookie(request, port, token)
                ? new Verdict.Allowed(true)
                : refused(HttpResponseStatus.UNAUTHORIZED,
                        "this page takes a token: add ?token=TOKEN to its address once, or send it as Authorization: "
                                + "Bearer");
    }

    private static boolean hasBearer(HttpRequest request, WebToken token) {
        return request.headers().getAll(HttpHeaderNames.AUTHORIZATION).stream()
                .anyMatch(field -> field.toLowerCase(Locale.ROOT).startsWith(BEARER)
                        && token.matches(field.substring(BEARER.length()).strip()));
    }

    private static boolean hasCookie(HttpRequest request, int port, WebToken token) {
        return request.headers().getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(field -> ServerCookieDecoder.LAX.decode(field).stream())
                .filter(cookie -> cookie.name().equals(cookieName(port))).map(Cookie::value).filter(Objects::nonNull)
                .anyMatch(token::matchesCookie);
    }

    /** Browsers tell cookies of a host apart by name, not by port. */
    private static String cookieName(int port) {
        return "floe-" + port;
    }

    /** The path of a request without its query. */
    public static String path(HttpRequest request) {
        return new QueryStringDecoder(RequestTarget.parse(request.uri()).path()).path();
    }

    private static Verdict.Refused refused(HttpResponseStatus status, String reason) {
        return new Verdict.Refused(status, reason);
    }
}
