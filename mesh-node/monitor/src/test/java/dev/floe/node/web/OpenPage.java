package dev.floe.node.web;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import dev.floe.node.rpc.EventLoops;
import dev.floe.node.watch.SimulatedMesh;
import dev.floe.node.web.access.WebConfig;
import dev.floe.node.web.access.WebToken;
import dev.floe.node.web.events.WebReports;

/** A server of the page before a simulated mesh, and a client that sends exactly what a test says. */
final class OpenPage implements AutoCloseable {
    private static final String LINE_END = "\r\n";

    static final String TOKEN = "0123456789abcdef-secret";

    final SimulatedMesh mesh = new SimulatedMesh(1, Instant.parse("2026-11-29T10:00:00Z"));
    final List<String> asked = new ArrayList<>();
    private final EventLoops loops = EventLoops.started(1);
    private final WebServer server;

    OpenPage() throws IOException {
        this(Optional.empty(), false, 0);
    }

    /** @param strangers how far the node's user is from the one who runs the test */
    OpenPage(Optional<WebToken> token, boolean everyoneLooks, int strangers) throws IOException {
        this(token, everyoneLooks, strangers, Optional.empty());
    }

    OpenPage(Optional<WebToken> token, boolean everyoneLooks, int strangers,
            Optional<Function<String, WebDocument>> metrics) throws IOException {
        server = new WebServer(
                new WebConfig(Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), token), loops,
                everyoneLooks, new WebSources(mesh, this::answer, metrics), strangers);
        server.start();
    }

    private synchronized void answer(List<String> request, boolean owned, WebReports.Lines lines) throws IOException {
        asked.add(String.join(" ", request) + (owned ? " owned" : ""));
        switch (request.getFirst()) {
            case "jobs" -> {
                for (int i = 0; i < 5; i++) {
                    lines.accept("{\"id\":\"a/" + i + "\"}");
                }
            }
            case "stats" -> lines.accept("{\"jobs\":3}");
            case "pause" -> {
                if (!owned) {
                    throw new IOException("only the node's own user may ask for this");
                }
                lines.accept("paused");
            }
            case "cache-stats" -> throw new IOException("the disk \"x\" is gone");
            default -> lines.accept(WebReports.ERROR + "this node does not know the request " + request);
        }
    }

    int port() {
        return server.address().getPort();
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    /** GET with further headers, each with its line end. */
    Answer get(String path, String... headers) throws IOException {
        return send("GET", path, "localhost:" + port(), headers);
    }

    Answer post(String path, String... headers) throws IOException {
        return send("POST", path, "localhost:" + port(), headers);
    }

    Answer send(String method, String path, String host, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Host: " + host));
        lines.addAll(List.of(headers));
        lines.add("Connection: close");
        if (method.equals("POST")) {
            lines.add("Content-Length: 0");
        }
        return raw(head(lines));
    }

    /** The head of a request. */
    static String head(List<String> lines) {
        return String.join(LINE_END, lines) + LINE_END.repeat(2);
    }

    /** Sends bytes as they are, and takes all that comes until the server closes the connection. */
    Answer raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return Answer.parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** A response; of a chunked one the body is as it came. */
    record Answer(int status, String head, String body) {
        static Answer parse(String text) {
            int end = text.indexOf(LINE_END.repeat(2));
            return new Answer(Integer.parseInt(text.substring(9, 12)),
                    text.substring(0, end).toLowerCase(Locale.ROOT),
                    text.substring(end + 4));
        }

        /** Without the lengths of chunks. */
        String json() {
            return body.replaceAll("(?m)^[0-9a-f]+" + LINE_END, "").replace(LINE_END, "");
        }
    }

    /** An event stream that a test reads a line at a time. */
    static final class Stream implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Stream(OpenPage page, String... headers) throws IOException {
            socket = page.connect();
            List<String> lines = new ArrayList<>(List.of("GET /events HTTP/1.1", "Host: localhost"));
            lines.addAll(List.of(headers));
            socket.getOutputStream().write(head(lines).getBytes(StandardCharsets.ISO_8859_1));
            in = new BufferedInputStream(socket.getInputStream());
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the stream has ended");
                }
                line.append((char) c);
            }
            return line.toString().replaceAll("\r$", "");
        }

        /** The next line that begins so; what comes before it is skipped. */
        String line(String beginning) throws IOException {
            String line = line();
            while (!line.startsWith(beginning)) {
                line = line();
            }
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {
        server.close();
        loops.close();
    }
}
