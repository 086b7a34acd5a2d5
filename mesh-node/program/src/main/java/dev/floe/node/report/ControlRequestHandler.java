package dev.floe.node.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.node.Node;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.report.jobs.BuildsReport;
import dev.floe.node.report.jobs.JobsReport;
import dev.floe.node.report.jobs.StatsReport;
import dev.floe.node.report.jobs.WatchReport;
import dev.floe.node.service.ServiceNotifier;
import dev.floe.node.submitter.NodeSocketServer;

/** Answers the command line's requests; each is a word and its arguments. */
public final class ControlRequestHandler implements NodeSocketServer.Control {
    private final Node node;
    private final ReloadRequest reload;
    private final Optional<StopRequest> stop;

    /** For a node whose configuration is in no file, and that the code ends which has made it. */
    public ControlRequestHandler(Node node) {
        this(node, new ReloadRequest(node, node::settings, ServiceNotifier.of(Map.of())), Optional.empty());
    }

    /** @param stop for a node that may be stopped by a request */
    public ControlRequestHandler(Node node, ReloadRequest reload, Optional<StopRequest> stop) {
        this.node = node;
        this.reload = reload;
        this.stop = stop;
    }

    private static boolean isWork(String request) {
        return request.equals("pause") || request.equals("reload") || request.equals("resume") || request.equals("stop")
                || request.equals("mesh-invite") || request.equals("mesh-rotate") || isLong(request);
    }

    /** Whether it may read all that the node holds. */
    private static boolean isLong(String request) {
        return request.startsWith("toolchain-") || request.startsWith("cache-") && !request.equals("cache-stats");
    }

    /** The metrics as one line of many; whoever prints it adds the end of the last. */
    private String metrics(boolean openMetrics) {
        NodeMetrics.Rendered rendered = node.metrics().render(openMetrics ? NodeMetrics.OPEN_METRICS : "");
        return new String(rendered.body(), StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public void answer(List<String> request, boolean owned, NodeSocketServer.LineSink lines) throws IOException {
        if (!owned && !request.isEmpty() && isWork(request.getFirst())) {
            lines.accept("error: only the node's own user and root may ask for this");
            return;
        }
        if (!request.isEmpty() && isLong(request.getFirst())) {
            LongRequest.run(request.getFirst(), () -> answer(request, lines));
        } else {
            answer(request, lines);
        }
    }

    private void answer(List<String> request, NodeSocketServer.LineSink lines) throws IOException {
        boolean json = request.contains("--json");
        switch (request.isEmpty() ? "" : request.getFirst()) {
            case "nodes" -> NodesReport.of(node).write(json, lines);
            case "capacity" -> new CapacityReport(node.capacity()).write(json, request.contains("--watch"), lines);
            case "mesh" -> lines.accept(node.mesh().map(mesh -> mesh.id() + " " + mesh.name()).orElse("none"));
            case "members" -> MembersReport.of(node).write(lines);
            case "mesh-invite", "mesh-members", "mesh-rotate" -> new MembershipRequest(node).answer(request, lines);
            case "metrics" -> lines.accept(metrics(request.contains("--open-metrics")));
            case "pause" -> new PauseRequest(node).pause(lines);
            case "resume" -> new PauseRequest(node).resume(lines);
            case "doctor-own" -> new DoctorReport(node).writeOwn(lines);
            case "reload" -> reload.run(lines);
            case "process", "stop" -> stop(request.getFirst(), lines);
            case "jobs" -> new JobsReport(node.log(), json, request.contains("--steps"))
                    .write(request.contains("--follow"), lines);
            case "builds" -> BuildsReport.answer(node, request).write(json, lines);
            case "build-summary" -> lines.accept(BuildsReport.line(node, word(request)));
            case "trace" -> BuildsReport.trace(node, word(request), lines);
            case "doctor" -> new DoctorReport(node).write(json, lines);
            case "settings" -> new SettingsReport(node).write(json, lines);
            case "web" -> lines.accept(node.webAddress()
                    .orElse("error: this node serves no page; put web = 127.0.0.1:7082 into its configuration"
                            + " file and restart it, or start it with --web 127.0.0.1:7082"));
            case "watch" -> watch(request, lines);
            case "stats" -> StatsReport.of(node).write(json, lines);
            case "cache-stats" -> CacheReport.of(node).write(json, lines);
            case "cache-clear" -> new CacheWork(node, json, lines).clear();
            case "cache-evict" -> new CacheWork(node, json, lines).evict(word(request));
            case "cache-audit" -> new CacheWork(node, json, lines).trust(word(request));
            case "cache-verify" -> new CacheWork(node, json, lines).verify();
            case "toolchains" -> ToolchainsReport.of(node).write(json, lines);
            case "toolchain-create" ->
                new ToolchainWork(node, json, lines).create(Path.of(word(request)));
            case "toolchain-import" -> new ToolchainWork(node, json, lines).take(arguments(request));
            case "toolchain-remove" ->
                new ToolchainWork(node, json, lines).remove(word(request));
            case "toolchain-verify" -> new ToolchainWork(node, json, lines).verify();
            default -> lines.accept("error: this node, version " + Node.VERSION + ", does not know the request "
                    + request + "; if the command is of a later release, restart the node with that");
        }
    }

    private void stop(String request, NodeSocketServer.LineSink lines) throws IOException {
        if (stop.isEmpty()) {
            lines.accept("error: this node cannot be stopped by a request; end the program that runs it");
        } else if (request.equals("stop")) {
            stop.get().run(lines);
        } else {
            stop.get().describe(lines);
        }
    }

    /** @return what follows the request; empty if nothing does */
    private static String word(List<String> request) {
        return arguments(request).stream().findFirst().orElse("");
    }

    private static List<String> arguments(List<String> request) {
        return request.stream().skip(1).filter(word -> !word.equals("--json")).toList();
    }

    private void watch(List<String> request, NodeSocketServer.LineSink lines) throws IOException {
        WatchReport report = new WatchReport(node.watcher());
        if (request.contains("--once")) {
            report.once(lines);
        } else {
            report.follow(interval(request), lines);
        }
    }

    private static Duration interval(List<String> request) throws IOException {
        int option = request.indexOf("--interval");
        if (option < 0) {
            return Duration.ofSeconds(1);
        }
        try {
            return Duration.ofMillis(Long.parseLong(option + 1 < request.size() ? request.get(option + 1) : ""));
        } catch (NumberFormatException e) {
            throw new IOException("--interval needs a number of milliseconds", e);
        }
    }
}
