package dev.floe.node.report;

import java.io.IOException;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.SettingChange;
import dev.floe.node.service.ServiceNotifier;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** The request of {@code floe reload}: reads the configuration again, and applies what can be changed. */
public final class ReloadRequest {
    private final Node node;
    private final ConfigReader reader;
    private final ServiceNotifier manager;

    /** Reads the configuration of a node from where it was read at its start. */
    @FunctionalInterface
    public interface ConfigReader {
        /** @throws IOException if it cannot be read or is wrong; the message says where */
        NodeConfig read() throws IOException;
    }

    /** @param manager is told when a reload begins and ends */
    public ReloadRequest(Node node, ConfigReader reader, ServiceNotifier manager) {
        this.node = node;
        this.reader = reader;
        this.manager = manager;
    }

    /** Writes a line for each setting that differs. */
    public void run(LineSink lines) throws IOException {
        List<SettingChange> changes;
        manager.reloading();
        try {
            changes = node.reconfigure(reader.read());
        } finally {
            manager.ready(node.readiness());
        }
        for (SettingChange change : changes) {
            lines.accept(change.name() + ": " + change.text());
        }
        if (changes.isEmpty()) {
            lines.accept("nothing has changed");
        }
    }
}
