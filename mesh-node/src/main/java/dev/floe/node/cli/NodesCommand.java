package dev.floe.node.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code floe nodes}. */
@Command(name = "nodes", mixinStandardHelpOptions = true, description = "Lists the nodes of the mesh; * marks this machine's node.")
final class NodesCommand implements Callable<Integer> {
    @Mixin
    private Asking node = new Asking();

    @Mixin
    private Asking.Form form = new Asking.Form();

    @Override
    public Integer call() throws Exception {
        return node.ask(form, "nodes");
    }
}
