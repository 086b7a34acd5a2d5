package dev.floe.node.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code floe jobs}. */
@Command(name = "jobs", mixinStandardHelpOptions = true, description = {
        "Shows the last 10,000 jobs submitted on this machine.",
        "A line says where the job ran and why, and how many milliseconds each step took."})
final class JobsCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Option(names = "--follow", description = "print each job when it ends, until interrupted")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        return follow ? node.ask(form, "jobs", "--follow") : node.ask(form, "jobs");
    }
}
