package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe reload}. */
@RunsInNode
@Command(name = "reload", mixinStandardHelpOptions = true, description = {
        "Makes this machine's node read its configuration file again; no job is lost.",
        "It prints each setting that differs, and which of them need a restart of the node.",
        "SIGHUP does the same to a node that runs without a terminal."})
public final class ReloadCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Override
    public Integer call() throws Exception {
        return node.ask("reload");
    }
}
