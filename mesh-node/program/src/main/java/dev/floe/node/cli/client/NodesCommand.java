package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe nodes}. */
@RunsInNode
@Command(name = "nodes", mixinStandardHelpOptions = true, description = {
        "Lists the nodes of the mesh; * marks this machine's node."})
public final class NodesCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Override
    public Integer call() throws Exception {
        return node.ask(form, "nodes");
    }
}
