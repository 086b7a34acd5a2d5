package dev.floe.node.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe jobs}. */
@RunsInNode
@Command(name = "jobs", mixinStandardHelpOptions = true, description = {
        "Shows the last 10,000 jobs submitted on this machine.",
        "A row says where the job ran, how long it took in all, in the compiler (CPU time) and in the queue, and why."})
public final class JobsCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Option(names = "--follow", description = "print each job when it ends, until interrupted")
    private boolean follow;

    @Option(names = "--steps", description = "print the milliseconds of each step below each job")
    private boolean steps;

    @Override
    public Integer call() throws Exception {
        List<String> request = new ArrayList<>(List.of("jobs"));
        if (follow) {
            request.add("--follow");
        }
        if (steps) {
            request.add("--steps");
        }
        return node.ask(form, request.toArray(String[]::new));
    }
}
