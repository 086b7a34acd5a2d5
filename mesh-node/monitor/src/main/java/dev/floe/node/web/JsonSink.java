package dev.floe.node.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;

import dev.floe.node.http.BlockingHttpConnection;
import dev.floe.node.http.ClientDisconnectedException;
import dev.floe.node.web.events.WebReports;

/**
 * Sends the lines of a report as JSON in parts, so that a long report is not held in memory: an object as it is, many
 * lines as an array. Nothing is sent before the first line, so that a report that fails can still be answered with an
 * error.
 */
final class JsonSink implements WebReports.Lines {
    private static final int PART_CHARS = 48 << 10;

    private final BlockingHttpConnection connection;
    private final boolean goesOn;
    private final boolean many;
    private final int limit;
    private final Deque<String> kept = new ArrayDeque<>(); // with a limit
    private final StringBuilder part = new StringBuilder();
    private boolean begun;

    /** @param limit how many lines of an array are sent, the last ones */
    JsonSink(BlockingHttpConnection connection, boolean goesOn, boolean many, int limit) {
        this.connection = connection;
        this.goesOn = goesOn;
        this.many = many;
        this.limit = limit;
    }

    /** The report says that it cannot be made. */
    static final class RequestRefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RequestRefusedException(String message) {
            super(message);
        }
    }

    @Override
    public void accept(String line) throws IOException {
        if (line.startsWith(WebReports.ERROR)) {
            throw new RequestRefusedException(line.substring(WebReports.ERROR.length()));
        }
        if (many && limit < Integer.MAX_VALUE) {
            kept.addLast(line);
            if (kept.size() > limit) {
                kept.removeFirst();
            }
        } else {
            append(line);
        }
    }

    private void append(String line) throws ClientDisconnectedException {
        if (many) {
            part.append(begun || !part.isEmpty() ? ",\n" : "[");
        }
        part.append(line);
        if (part.length() > PART_CHARS) {
            sendPart();
        }
    }

    private void sendPart() throws ClientDisconnectedException {
        if (!begun) {
            connection.send(WebResponse.begin(WebDocument.JSON, goesOn));
            begun = true;
        }
        connection.send(new DefaultHttpContent(Unpooled.copiedBuffer(part, StandardCharsets.UTF_8)));
        part.setLength(0);
    }

    /** Whether a part of the answer is under way. */
    boolean hasBegun() {
        return begun;
    }

    void end() throws ClientDisconnectedException {
        for (String line : kept) {
            append(line);
        }
        if (many) {
            part.append(begun || !part.isEmpty() ? "]\n" : "[]\n");
        }
        sendPart();
        connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
