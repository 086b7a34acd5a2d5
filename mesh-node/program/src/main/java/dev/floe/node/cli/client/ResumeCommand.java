package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe resume}. */
@RunsInNode
@Command(name = "resume", mixinStandardHelpOptions = true, description = {
        "Ends floe pause: this node accepts jobs of other nodes again."})
public final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Override
    public Integer call() throws Exception {
        return node.ask("resume");
    }
}
