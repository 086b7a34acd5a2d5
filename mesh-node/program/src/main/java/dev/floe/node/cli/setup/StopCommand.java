package dev.floe.node.cli.setup;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;

/** {@code floe stop}. */
@Command(name = "stop", mixinStandardHelpOptions = true, description = {
        "Stops the node of this machine.",
        "Running jobs of other nodes may end within --drain-timeout of the node; all others go on elsewhere.",
        "It returns when the node has ended.",
        "If systemd runs the node, it calls systemctl stop, and of another supervisor it names the command.",
        "Exit code: 0 when the node has ended, 1 if no node answers, it may not be stopped, or it does not end."})
public final class StopCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        NodeStopper.of(node.socket(), spec.commandLine().getOut()).stop();
        return 0;
    }
}
