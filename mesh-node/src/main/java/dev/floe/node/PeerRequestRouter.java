package dev.floe.node;

import java.io.IOException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.PeerStream;
import dev.floe.node.substitute.SubstituteCompilerService;
import dev.floe.node.toolchains.ToolchainTransfer;
import dev.floe.node.watch.WatchServer;
import dev.floe.store.FailureText;

/** Hands what peers ask for, and what this node asks of itself, to the part that answers. */
final class PeerRequestRouter implements PeerServer.Service {
    private static final Logger LOG = LogManager.getLogger(PeerRequestRouter.class);

    private static final String JOB = "/job";

    private final Node node;

    PeerRequestRouter(Node node) {
        this.node = node;
    }

    @Override
    public boolean isTimed(String path) {
        return path.equals(JOB);
    }

    @Override
    public void serve(PeerStream exchange) throws IOException {
        switch (exchange.path()) {
            case JOB -> node.executor().serve(exchange);
            case "/toolchain" -> ToolchainTransfer.serveToolchain(exchange, node.shelf());
            case "/blob" -> ToolchainTransfer.serveBlob(exchange, node.shelf(), node.store());
            case "/stand-in" -> {
                SubstituteCompilerService standIns = node.standIns();
                started(standIns, exchange);
                standIns.serve(exchange);
            }
            case "/watch" -> {
                WatchServer watch = node.watchServer();
                started(watch, exchange);
                watch.serve(exchange);
            }
            case "/report" -> {
                ResultAuditor auditor = node.audits();
                started(auditor, exchange);
                auditor.receiveReport(exchange);
            }
            case String path when MeshCache.serves(path) -> {
                MeshCache cache = node.cache();
                started(cache, exchange);
                cache.serve(exchange);
            }
            default -> throw new IOException("a request for " + exchange.path() + ", which this version does not know");
        }
    }

    /** Peers may ask before all parts are there. */
    private static void started(@Nullable Object part, PeerStream exchange) throws IOException {
        if (part == null) {
            throw new IOException("a request for " + exchange.path() + " before this node has started");
        }
    }

    void serveOwn(PeerStream exchange) {
        try {
            node.executor().serveOwn(exchange);
        } catch (IOException e) {
            LOG.debug("a job of this node itself was given up: {}", FailureText.of(e));
        }
    }

    void serveInBackground(PeerStream exchange) {
        try {
            node.executor().serveInBackground(exchange);
        } catch (IOException e) {
            LOG.debug("an audit on this node was given up: {}", FailureText.of(e));
        }
    }
}
