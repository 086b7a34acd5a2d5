package dev.floe.node.report;

import java.io.IOException;
import java.util.Map;

import dev.floe.node.Node;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** The report of the settings of this node, by the names of its options. Secrets are named by their files only. */
final class SettingsReport {
    private final Node node;

    SettingsReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        Map<String, String> all = values();
        if (json) {
            lines.accept(JsonLine.object(out -> {
                for (Map.Entry<String, String> setting : all.entrySet()) {
                    out.writeStringField(setting.getKey(), setting.getValue());
                }
            }));
            return;
        }
        for (Map.Entry<String, String> setting : all.entrySet()) {
            lines.accept(setting.getKey() + " = " + setting.getValue());
        }
    }

    private Map<String, String> values() {
        Map<String, String> all = node.settings().texts();
        all.put("web", node.webAddress().orElse(""));
        return all;
    }
}
