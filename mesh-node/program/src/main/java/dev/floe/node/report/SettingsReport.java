package dev.floe.node.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.floe.node.Node;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.host.NodeConfig;
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
        NodeConfig settings = node.settings();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("name", settings.name());
        all.put("listen", AddressText.of(settings.listen().host(), settings.listen().port()));
        all.put("join", settings.join().stream().map(seed -> AddressText.of(seed.host(), seed.port()))
                .collect(Collectors.joining(",")));
        all.put("multicast", String.valueOf(settings.multicast()));
        all.put("slots", String.valueOf(settings.slots()));
        all.put("execute", String.valueOf(settings.execute()));
        all.put("emulate", settings.emulate().stream().sorted().collect(Collectors.joining(",")));
        all.put("data-dir", settings.dataDir().toString());
        all.put("store-size", (settings.storeBytes() >> 20) + " MiB");
        all.put("socket", settings.socket().toString());
        all.put("mesh-key", settings.meshKey().toString());
        all.put("job-log", settings.jobLog().map(Path::toString).orElse(""));
        all.put("cache", settings.cache().isEmpty()
                ? "off"
                : settings.cache().stream().map(use -> use.name().toLowerCase(Locale.ROOT)).sorted()
                        .collect(Collectors.joining(",")));
        all.put("cache-audit", settings.audit() + " %");
        all.put("cache-http", settings.cacheServers().http().map(AddressText::of).orElse(""));
        all.put("cache-socket", settings.cacheServers().socket().map(Path::toString).orElse(""));
        all.put("web", node.webAddress().orElse(""));
        all.put("web-token", settings.web().token().isPresent() ? "set" : "");
        return all;
    }
}
