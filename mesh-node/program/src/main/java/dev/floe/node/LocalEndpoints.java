package dev.floe.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.submitter.NodeSocketServer;
import dev.floe.node.submitter.Submitter;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.web.WebDocument;
import dev.floe.node.web.WebServer;
import dev.floe.node.web.WebSources;

/** Where wrappers, the command line and browsers of this machine find the node. */
record LocalEndpoints(Optional<WebServer> page, Submitter submitter, NodeSocketServer socket) {
    /** @throws IOException if the page may not be served at the address of the configuration */
    static LocalEndpoints build(NodeGraph graph, NodeSocketServer.Control control, ClientCommands commands)
            throws IOException {
        NodeConfig config = graph.config();
        boolean everyone = config.socket().startsWith("/run/floe");
        NodeMetrics metrics = graph.watch().metrics();
        Optional<WebServer> page = config.web().address().isPresent()
                ? Optional.of(new WebServer(config.web(), graph.below().mesh().loops(), everyone,
                        new WebSources(new PageFeed(graph.watch().watcher()),
                                (request, owned, lines) -> control.answer(request, owned, lines::accept),
                                Optional.of(accept -> metricsPage(metrics, accept)))))
                : Optional.empty();
        Submitter submitter = graph.submitter().submitter();
        return new LocalEndpoints(page, submitter,
                new NodeSocketServer(config.socket(), everyone, submitter, control, commands));
    }

    private static WebDocument metricsPage(NodeMetrics metrics, String accept) {
        NodeMetrics.Rendered rendered = metrics.render(accept);
        return new WebDocument(rendered.contentType(), rendered.body());
    }

    List<LifecyclePart> lifecycle() {
        List<LifecyclePart> parts = new ArrayList<>();
        page.ifPresent(server -> parts.add(new LifecyclePart("page", server::start, server::close)));
        parts.add(new LifecyclePart("submitter", submitter::start, submitter::close));
        parts.add(new LifecyclePart("node socket", socket::start, socket::close));
        return parts;
    }
}
