package dev.floe.node.submitter;

import java.io.IOException;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.executor.Executor;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.store.FailureText;

/** The executor of this very node, which takes jobs of this node without a connection. */
public final class OwnExecutor {
    private static final Logger LOG = LogManager.getLogger(OwnExecutor.class);

    private final Executor executor;
    private final LocalSandbox sandbox;

    public OwnExecutor(Executor executor, LocalSandbox sandbox) {
        this.executor = executor;
        this.sandbox = sandbox;
    }

    /** Opens a job that a command on this machine waits for; empty if there is no sandbox. */
    public Optional<StreamOpener> forCommands() {
        return opener(executor::serveOwn, "a job of this node itself");
    }

    /** Opens a job that nobody waits for; empty if there is no sandbox. */
    public Optional<StreamOpener> inBackground() {
        return opener(executor::serveInBackground, "an audit on this node");
    }

    private Optional<StreamOpener> opener(PeerServer.Service service, String what) {
        return sandbox.availability() instanceof Sandbox.Availability.Available
                ? Optional.of(() -> InProcessStream.open("/job", exchange -> serve(service, exchange, what)))
                : Optional.empty();
    }

    private static void serve(PeerServer.Service service, PeerStream exchange, String what) {
        try {
            service.serve(exchange);
        } catch (IOException e) {
            LOG.debug("{} was given up: {}", what, FailureText.of(e));
        }
    }
}
