package dev.floe.node.web.events;

import java.nio.charset.StandardCharsets;

/**
 * One event of an event stream (HTML, 9.2).
 *
 * @param kind decides what happens to it if a client is slow
 * @param bytes the event as it is sent, with the empty line at its end; not changed by anybody
 */
public record ServerSentEvent(Kind kind, byte[] bytes) {
    /** What an event is about. */
    enum Kind {
        /** The whole state; the next one replaces it. */
        SNAPSHOT,
        /** Jobs that have ended. */
        ENDED,
        /** Events are lost; the client must forget its jobs. */
        RESTART
    }

    /** A comment, which clients ignore; it shows both sides that the connection is there. */
    public static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /** How long a browser waits before it connects again, in milliseconds. */
    public static final byte[] RETRY = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

    static final ServerSentEvent RESTARTED = of(Kind.RESTART, "{\"restart\":true}");

    /** @param data one line or more */
    static ServerSentEvent of(Kind kind, String data) {
        String name = switch (kind) {
            case SNAPSHOT -> "snapshot";
            case ENDED -> "ended";
            case RESTART -> "restart";
        };
        StringBuilder text = new StringBuilder(data.length() + 32).append("event: ").append(name).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        return new ServerSentEvent(kind, text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }
}
