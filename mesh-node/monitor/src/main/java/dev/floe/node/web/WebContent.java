package dev.floe.node.web;

import java.util.Optional;
import java.util.function.Function;

import dev.floe.node.web.access.SocketOwners;
import dev.floe.node.web.access.WebRequestFilter;
import dev.floe.node.web.events.EventHub;
import dev.floe.node.web.events.LiveFeed;
import dev.floe.node.web.events.WebReports;

/**
 * The content that the conversations of one server share.
 *
 * @param owner the user who runs the node
 */
record WebContent(WebRequestFilter gate, NodeOwner owner, StaticFiles files, EventHub events,
        WebSources sources, int port) {
    /**
     * The user who runs the node.
     *
     * @param owners  whose connections are
     * @param ownUser the user's id
     */
    record NodeOwner(SocketOwners owners, long ownUser) {}

    SocketOwners owners() {
        return owner.owners();
    }

    long ownUser() {
        return owner.ownUser();
    }

    LiveFeed feed() {
        return sources.feed();
    }

    WebReports reports() {
        return sources.reports();
    }

    /** The metrics in a form that the client accepts; empty if this node has none. */
    Optional<WebDocument> metrics(String accept) {
        return sources.metrics().map((Function<String, WebDocument> render) -> render.apply(accept));
    }
}
