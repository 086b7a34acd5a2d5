package dev.floe.node.rpc;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/** How many requests are served on a connection. */
final class OpenRequests {
    private static final AttributeKey<AtomicInteger> COUNT = AttributeKey.valueOf(OpenRequests.class, "count");

    private OpenRequests() {}

    /** The counter of a connection. */
    static AtomicInteger of(Channel connection) {
        AtomicInteger fresh = new AtomicInteger();
        AtomicInteger known = connection.attr(COUNT).setIfAbsent(fresh);
        return known == null ? fresh : known;
    }
}
