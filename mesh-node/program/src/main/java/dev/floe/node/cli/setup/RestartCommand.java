package dev.floe.node.cli.setup;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;

/** {@code floe restart}. */
@Command(name = "restart", mixinStandardHelpOptions = true, description = {
        "Restarts the node of this machine, with the options it was started with: after an upgrade, or a new mesh key.",
        "If systemd runs the node, it calls systemctl restart, and of another supervisor it names the command. "
                + "Otherwise the new node runs in the background, with node.log in its data directory as its log.",
        "Exit code: 0 when the new node answers, 1 if no node answers, it may not be stopped, or the new one fails."})
public final class RestartCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        NodeStopper.of(node.socket(), spec.commandLine().getOut()).restart();
        return 0;
    }
}
