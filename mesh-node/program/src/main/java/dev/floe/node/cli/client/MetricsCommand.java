package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe metrics}. */
@RunsInNode
@Command(name = "metrics", mixinStandardHelpOptions = true, description = {
        "Prints this node's metrics in the text format of Prometheus.",
        "For node_exporter's textfile collector: floe metrics > floe.prom.new && mv floe.prom.new floe.prom"})
public final class MetricsCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Option(names = "--open-metrics", description = "the OpenMetrics format instead")
    private boolean openMetrics;

    @Override
    public Integer call() throws Exception {
        return openMetrics ? node.ask("metrics", "--open-metrics") : node.ask("metrics");
    }
}
