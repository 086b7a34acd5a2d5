package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe stats}. */
@RunsInNode
@Command(name = "stats", mixinStandardHelpOptions = true, description = {
        "Summarizes the jobs submitted on this machine and those executed for peers."})
public final class StatsCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Override
    public Integer call() throws Exception {
        return node.ask(form, "stats");
    }
}
