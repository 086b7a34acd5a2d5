package dev.floe.node.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.http.BlockingHttpConnection;
import dev.floe.node.http.ClientDisconnectedException;
import dev.floe.node.http.RequestTarget;
import dev.floe.node.web.access.WebRequestFilter;
import dev.floe.node.web.access.WebRequestFilter.Verdict;
import dev.floe.node.web.events.EventQueue;
import dev.floe.node.web.events.ServerSentEvent;
import dev.floe.node.web.events.WebReports;
import dev.floe.store.FailureText;

/** Serves one client of the page: its requests one after the other. */
final class WebSession implements Runnable {
    private static final Logger LOG = LogManager.getLogger(WebSession.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long MAX_BODY_BYTES = 4 << 10; // nothing takes one
    private static final HttpResponseStatus OK = HttpResponseStatus.OK;

    private final BlockingHttpConnection connection;
    private final WebContent content;
    private Optional<Boolean> owners = Optional.empty(); // empty before it was looked at

    WebSession(BlockingHttpConnection connection, WebContent content) {
        this.connection = connection;
        this.content = content;
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
            LOG.debug("a client of the page has left: {}", FailureText.of(e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("a request of the page failed", e);
        }
    }

    /** @return whether the connection continues */
    private boolean serve(HttpObject first) throws IOException, InterruptedException {
        try {
            return first instanceof HttpRequest request && serve(request);
        } finally {
            ReferenceCountUtil.release(first);
        }
    }

    private boolean serve(HttpRequest request) throws IOException, InterruptedException {
        boolean whole = request.decoderResult().isSuccess() && isBodyTaken(request);
        boolean goesOn = whole && HttpUtil.isKeepAlive(request)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        return switch (content.gate().decide(request, content.port(), this::isOwners)) {
            case Verdict.Refused(HttpResponseStatus status, String reason) -> {
                connection.send(WebResponse.of(status, WebDocument.text(reason), false));
                yield false;
            }
            case Verdict.SignedIn(String location, String cookie) -> {
                FullHttpResponse response = WebResponse.of(HttpResponseStatus.SEE_OTHER, WebDocument.text("signed in"),
                        goesOn);
                response.headers().set(HttpHeaderNames.LOCATION, location);
                response.headers().set(HttpHeaderNames.SET_COOKIE, cookie);
                connection.send(response);
                yield goesOn;
            }
            case Verdict.Allowed(boolean acts) -> {
                if (!whole) {
                    connection.send(WebResponse.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                            WebDocument.text("no request here has a body"), false));
                    yield false;
                }
                yield answer(request, acts, goesOn);
            }
        };
    }

    /** Whether the connection belongs to the node's own user or root. */
    private boolean isOwners() {
        if (owners.isEmpty()) {
            boolean found = connection.client() instanceof InetSocketAddress client
                    && connection.server() instanceof InetSocketAddress server
                    && isOwn(content.owners().find(client, server));
            owners = Optional.of(found);
        }
        return owners.get();
    }

    private boolean isOwn(OptionalLong user) {
        return user.isPresent() && (user.getAsLong() == content.ownUser() || user.getAsLong() == 0);
    }

    /** Drops the body; false if it is too long. */
    private boolean isBodyTaken(HttpRequest request) throws IOException {
        if (request instanceof LastHttpContent) {
            return true;
        }
        for (long dropped = 0; dropped <= MAX_BODY_BYTES;) {
            HttpObject part = connection.take()
                    .orElseThrow(() -> new ClientDisconnectedException("the request ends too early"));
            try {
                if (!(part instanceof HttpContent bytes) || part.decoderResult().isFailure()) {
                    return false;
                }
                dropped += bytes.content().readableBytes();
                if (part instanceof LastHttpContent) {
                    return dropped <= MAX_BODY_BYTES;
                }
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
        return false;
    }

    private boolean answer(HttpRequest request, boolean acts, boolean goesOn) throws IOException, InterruptedException {
        Optional<WebRoute> route = WebRoute.find(WebRequestFilter.path(request), content.files());
        if (route.isEmpty()) {
            return send(request, HttpResponseStatus.NOT_FOUND, WebDocument.text("there is nothing at this path"),
                    goesOn);
        }
        boolean action = route.get() instanceof WebRoute.Action;
        String method = request.method().name();
        if (action ? !method.equals("POST") : !method.equals("GET") && !method.equals("HEAD")) {
            FullHttpResponse response = WebResponse.of(HttpResponseStatus.METHOD_NOT_ALLOWED,
                    WebDocument.text("the method must be another"), goesOn);
            response.headers().set(HttpHeaderNames.ALLOW, action ? "POST" : "GET, HEAD");
            connection.send(response);
            return goesOn;
        }
        return switch (route.get()) {
            case WebRoute.Page(StaticFiles.StaticFile file) -> sendFile(request, file, goesOn);
            case WebRoute.Events() -> sendEvents(request, goesOn);
            case WebRoute.Snapshot() -> send(request, OK, WebDocument.json(content.feed().snapshot()), goesOn);
            case WebRoute.Recent() -> sendLines(request, true, content.feed()::recent, goesOn);
            case WebRoute.Metrics() -> sendMetrics(request, goesOn);
            case WebRoute.Report(List<String> words, boolean many) -> sendLines(request, many,
                    lines -> content.reports().answer(words, acts, lines), goesOn);
            case WebRoute.Action(List<String> words) -> act(request, words, acts, goesOn);
        };
    }

    private boolean send(HttpRequest request, HttpResponseStatus status, WebDocument document, boolean goesOn)
            throws ClientDisconnectedException {
        return send(request, WebResponse.of(status, document, goesOn), goesOn);
    }

    private boolean send(HttpRequest request, FullHttpResponse response, boolean goesOn)
            throws ClientDisconnectedException {
        if (request.method().equals(HttpMethod.HEAD)) {
            FullHttpResponse head = response.replace(Unpooled.EMPTY_BUFFER);
            response.release();
            connection.send(head);
        } else {
            connection.send(response);
        }
        return goesOn;
    }

    private boolean sendFile(HttpRequest request, StaticFiles.StaticFile file, boolean goesOn)
            throws ClientDisconnectedException {
        boolean known = request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH).contains(file.tag());
        FullHttpResponse response = WebResponse.of(known ? HttpResponseStatus.NOT_MODIFIED : OK,
                known ? new WebDocument(file.document().contentType(), new byte[0]) : file.document(), goesOn);
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache").set(HttpHeaderNames.ETAG, file.tag());
        return send(request, response, goesOn);
    }

    private boolean sendMetrics(HttpRequest request, boolean goesOn) throws ClientDisconnectedException {
        Optional<WebDocument> metrics = content.metrics(request.headers().get(HttpHeaderNames.ACCEPT, ""));
        return send(request, metrics.isPresent() ? OK : HttpResponseStatus.NOT_FOUND,
                metrics.orElseGet(() -> WebDocument.text("this node has no metrics")), goesOn);
    }

    /** Makes the lines of a report. */
    @FunctionalInterface
    private interface LineSource {
        void write(WebReports.Lines lines) throws IOException;
    }

    private boolean sendLines(HttpRequest request, boolean many, LineSource source, boolean goesOn) throws IOException {
        if (request.method().equals(HttpMethod.HEAD)) {
            return send(request, OK, WebDocument.json(""), goesOn);
        }
        JsonSink sink = new JsonSink(connection, goesOn, many, limit(request));
        try {
            source.write(sink);
            sink.end();
            return goesOn;
        } catch (ClientDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            if (sink.hasBegun()) {
                throw e; // the client sees that the end is missing
            }
            return send(request,
                    e instanceof JsonSink.RequestRefusedException
                            ? HttpResponseStatus.NOT_FOUND
                            : HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    WebDocument.json(JsonText.object("error", FailureText.of(e))), goesOn);
        }
    }

    /** How many of the last lines are wanted; all if the request does not say it or says nonsense. */
    private static int limit(HttpRequest request) {
        List<String> given = new QueryStringDecoder(RequestTarget.parse(request.uri()).path()).parameters()
                .getOrDefault("limit", List.of());
        return given.size() == 1 && given.getFirst().matches("[1-9]\\d{0,5}")
                ? Integer.parseInt(given.getFirst())
                : Integer.MAX_VALUE;
    }

    private boolean act(HttpRequest request, List<String> words, boolean acts, boolean goesOn)
            throws ClientDisconnectedException {
        StringBuilder answer = new StringBuilder();
        String error = "";
        try {
            content.reports().answer(words, acts, line -> answer.append(answer.isEmpty() ? "" : "\n").append(line));
        } catch (IOException e) {
            error = FailureText.of(e);
        }
        if (answer.indexOf(WebReports.ERROR) == 0) {
            error = answer.substring(WebReports.ERROR.length());
        }
        LOG.info("page request={} answer={}", words, error.isEmpty() ? "done" : error);
        return error.isEmpty()
                ? send(request, OK, WebDocument.json(JsonText.object("done", answer.toString())), goesOn)
                : send(request, HttpResponseStatus.CONFLICT, WebDocument.json(JsonText.object("error", error)), goesOn);
    }

    /** Sends events until the client leaves; each is flushed for itself, and none is compressed. */
    private boolean sendEvents(HttpRequest request, boolean goesOn) throws IOException, InterruptedException {
        if (request.method().equals(HttpMethod.HEAD)) {
            return send(request, OK, new WebDocument("text/event-stream", new byte[0]), goesOn);
        }
        Optional<EventQueue> opened = content.events().open();
        if (opened.isEmpty()) {
            return send(request, HttpResponseStatus.SERVICE_UNAVAILABLE,
                    WebDocument.text("too many pages look at this node; close one"), goesOn);
        }
        EventQueue queue = opened.get();
        try {
            connection.onEnd(queue::close);
            connection.send(WebResponse.begin("text/event-stream", false));
            sendPart(ServerSentEvent.RETRY);
            while (!queue.isClosed()) {
                Optional<ServerSentEvent> next = queue.take(HEARTBEAT);
                sendPart(next.map(ServerSentEvent::bytes).orElse(ServerSentEvent.HEARTBEAT));
            }
            connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
        } finally {
            content.events().close(queue);
        }
        return false;
    }

    private void sendPart(byte[] bytes) throws ClientDisconnectedException {
        connection.send(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }
}
