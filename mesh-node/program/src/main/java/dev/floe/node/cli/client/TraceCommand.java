package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe trace}. */
@RunsInNode
@Command(name = "trace", mixinStandardHelpOptions = true, description = {
        "Prints a build in Chrome's trace format.",
        "For example: floe trace BUILD > build.json. Open it in ui.perfetto.dev or about:tracing. A process is a "
                + "node, a thread one of its jobs at a time, a block a job",
        "with its steps. The node keeps 64 MiB of job records; of an older build only the summary is left (floe "
                + "builds)."})
public final class TraceCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Parameters(paramLabel = "BUILD", description = "its id, or how that begins, as shown by: floe builds")
    private String build = "";

    @Override
    public Integer call() throws Exception {
        return node.ask("trace", build);
    }
}
