package dev.floe.node.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.builds.BuildLog;
import dev.floe.node.builds.ChromeTrace;
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
            case "mesh" -> lines.accept(node.mesh().map(mesh -> mesh.id() + " " + mesh.name()).orElse("none"));
            case "reach" -> new ReachReport(node).write(lines);
            case "jobs" -> new JobsReport(node.log()).write(json, request.contains("--follow"), lines);
            case "builds" -> builds(request).write(json, lines);
            case "build-summary" -> lines.accept(BuildsReport.line(node.buildLog(), node.builds(), word(request, 1)));
            case "trace" -> trace(word(request, 1), lines);
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

    /** @return the word of a request at that place; empty if there is none */
    private static String word(List<String> request, int at) {
        return request.size() > at ? request.get(at) : "";
    }

    private Report builds(List<String> request) throws IOException {
        List<String> words = new ArrayList<>(request.subList(1, request.size()));
        words.remove("--json");
        int max = BuildLog.MAX_BUILDS;
        if (words.size() > 1 && words.getFirst().equals("-n") && words.get(1).matches("[0-9]{1,6}")) {
            max = Integer.parseInt(words.get(1));
            words = words.subList(2, words.size());
        }
        return words.isEmpty()
                ? BuildsReport.latest(node.buildLog(), node.builds(), max)
                : new BuildsReport.Details(BuildsReport.find(node.buildLog(), node.builds(), words.getFirst()));
    }

    private void trace(String beginning, WrapperSocket.LineSink lines) throws IOException {
        String id = BuildsReport.find(node.buildLog(), node.builds(), beginning).summary().id();
        ChromeTrace.write(id, node.buildLog().jobs(id), lines::accept);
    }
}
