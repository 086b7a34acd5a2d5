package dev.floe.node.report;

import java.io.IOException;

import dev.floe.node.Node;
import dev.floe.node.service.NodeProcess;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** The requests of {@code floe stop} and {@code floe restart}: what the process of a node is, and that it must end. */
public final class StopRequest {
    private final Node node;
    private final NodeProcess process;
    private final Runnable stop;

    /**
     * @param process in which the node runs
     * @param stop    begins the orderly end of that process, as SIGTERM does, and returns at once
     */
    public StopRequest(Node node, NodeProcess process, Runnable stop) {
        this.node = node;
        this.process = process;
        this.stop = stop;
    }

    void describe(LineSink lines) throws IOException {
        lines.accept("version " + Node.VERSION);
        for (String line : process.encode()) {
            lines.accept(line);
        }
    }

    /** A node of a service is left to its supervisor, whatever the caller believes. */
    void run(LineSink lines) throws IOException {
        if (process.service().isPresent()) {
            lines.accept("error: the service " + process.service().get().name() + " runs this node");
            return;
        }
        lines.accept("stopping " + node.name());
        lines.flush();
        stop.run();
    }
}
