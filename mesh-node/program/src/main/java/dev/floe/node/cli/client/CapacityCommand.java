package dev.floe.node.cli.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;
import dev.floe.store.FailureText;

/** {@code floe capacity}. */
@RunsInNode(worksWithoutNode = true)
@Command(name = "capacity", mixinStandardHelpOptions = true, description = {
        "Prints how many commands of a build may run at once on this machine.",
        "These are its own slots and those of the mesh that its jobs would get.",
        "For tools that cannot follow a jobserver: ninja -j$(floe capacity). Without a node it prints the number of "
                + "cores."})
public final class CapacityCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Option(names = "--watch", description = "print a line at each change, until interrupted")
    private boolean watch;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<String> request = new ArrayList<>(List.of("capacity"));
        if (watch) {
            request.add("--watch");
        }
        if (json) {
            request.add("--json");
        }
        try {
            return node.ask(request.toArray(String[]::new));
        } catch (IOException e) {
            if (watch || json) {
                throw e;
            }
            spec.commandLine().getErr().println("floe: " + FailureText.of(e) + "; these are this machine's cores");
            spec.commandLine().getOut().println(Runtime.getRuntime().availableProcessors());
            return 0;
        }
    }
}
