package dev.floe.node.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.submit.WrapperSocket;

/** Answers the command line's requests; each is a word and its arguments. */
public final class Desk implements WrapperSocket.Control {
    private final Node node;

    public Desk(Node node) {
        this.node = node;
    }

    private static boolean isWork(String request) {
        return request.startsWith("toolchain-") || request.startsWith("cache-") && !request.equals("cache-stats");
    }

    @Override
    public void answer(List<String> request, boolean owned, WrapperSocket.LineSink lines) throws IOException {
        boolean json = request.contains("--json");
        if (!owned && !request.isEmpty() && isWork(request.getFirst())) {
            lines.accept("error: only the node's own user may ask for this");
            return;
        }
        switch (request.isEmpty() ? "" : request.getFirst()) {
            case "nodes" -> new NodesReport(node).write(json, lines);
            case "capacity" -> new CapacityReport(node.capacity()).write(json, request.contains("--watch"), lines);
            case "mesh" -> lines.accept(node.mesh().map(mesh -> mesh.id() + " " + mesh.name()).orElse("none"));
            case "reach" -> new ReachReport(node).write(lines);
            case "jobs" -> new JobsReport(node.log()).write(json, request.contains("--follow"), lines);
            case "stats" -> new StatsReport(node).write(json, lines);
            case "cache-stats" -> new CacheReport(node).stats(json, lines);
            case "cache-clear" -> new CacheReport(node).clear(lines);
            case "cache-evict" -> new CacheReport(node).evict(request.size() > 1 ? request.get(1) : "", lines);
            case "cache-trust" -> new CacheReport(node).trust(request.size() > 1 ? request.get(1) : "", lines);
            case "cache-verify" -> new CacheReport(node).verify(lines);
            case "toolchains" -> new ToolchainsReport(node).write(json, lines);
            case "toolchain-create" ->
                new ToolchainsReport(node).create(Path.of(request.size() > 1 ? request.get(1) : ""), lines);
            case "toolchain-import" -> new ToolchainsReport(node).take(request.subList(1, request.size()), lines);
            case "toolchain-remove" ->
                new ToolchainsReport(node).remove(request.size() > 1 ? request.get(1) : "", lines);
            case "toolchain-verify" -> new ToolchainsReport(node).verify(lines);
            default -> lines.accept("error: this node does not know the request " + request);
        }
    }
}
