package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe pause}. */
@RunsInNode
@Command(name = "pause", mixinStandardHelpOptions = true, description = {
        "Refuses new jobs of other nodes until floe resume.",
        "Jobs that this node has accepted continue, and what is submitted on this machine is compiled as before.",
        "The others see the pause in floe nodes. A restart of the node ends the pause."})
public final class PauseCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Override
    public Integer call() throws Exception {
        return node.ask("pause");
    }
}
