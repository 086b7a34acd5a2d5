package dev.floe.node.cli.client;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe builds}. */
@RunsInNode
@Command(name = "builds", mixinStandardHelpOptions = true, description = {
        "Shows the last builds that were submitted on this machine.",
        "For each it has the jobs by where they were done, the wall time, and the CPU time that was saved;",
        "with an ID it shows everything about one. Builds are kept across a restart of the node.",
        "A build is what has the same FLOE_BUILD in its environment. Otherwise it is what is compiled in one session "
                + "and one",
        "working tree without a pause of 5 minutes."})
public final class BuildsCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Option(names = {"-n",
            "--number"}, paramLabel = "N", defaultValue = "20", description = {
                    "how many builds at most (default: ${DEFAULT-VALUE})"})
    private int number;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "of one build, or how its id begins")
    private @Nullable String id;

    @Override
    public Integer call() throws Exception {
        return id != null
                ? node.ask(form, "builds", id)
                : node.ask(form, "builds", "-n", Integer.toString(Math.clamp(number, 0, 999_999)));
    }
}
