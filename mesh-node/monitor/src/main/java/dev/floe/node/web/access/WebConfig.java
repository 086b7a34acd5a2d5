package dev.floe.node.web.access;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The configuration of the page.
 *
 * @param address of the loopback, or any if there is a token; empty to serve no page; port 0 is any that is free
 * @param token   what a client must know; without it the users of this machine are told apart by their sockets
 */
public record WebConfig(Optional<InetSocketAddress> address, Optional<WebToken> token) {
    /** No page. */
    public static final WebConfig NONE = new WebConfig(Optional.empty(), Optional.empty());

    /** Whether every machine that reaches this one can connect. */
    public boolean isOpenToTheNetwork() {
        return address.filter(where -> where.isUnresolved() || !where.getAddress().isLoopbackAddress()).isPresent();
    }
}
