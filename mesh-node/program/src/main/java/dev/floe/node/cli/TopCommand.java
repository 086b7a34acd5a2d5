package dev.floe.node.cli;

import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.submitter.ControlClient;
import dev.floe.node.top.PlainReport;
import dev.floe.node.top.TopSession;

/** {@code floe top}. */
@Command(name = "top", mixinStandardHelpOptions = true, description = {
        "Shows the whole mesh live in the terminal.",
        "It has the nodes with their slots, running jobs, jobs that have ended, and why jobs run locally.",
        "The key ? shows the keys. Without a terminal that can move its cursor it prints plain lines once.",
        "NO_COLOR=1 leaves out colours."})
final class TopCommand implements Callable<Integer> {
    private static final double MIN_SECONDS = 0.25;
    private static final double MAX_SECONDS = 10;

    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Option(names = "--once", description = "print plain lines once")
    private boolean once;

    @Option(names = "--json", description = "print the snapshot once as JSON")
    private boolean json;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1", description = {
            "between two updates, 0.25 to 10 (default: ${DEFAULT-VALUE})"})
    private double seconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
            throw new ParameterException(spec.commandLine(),
                    "--interval takes 0.25 to 10 seconds, not " + seconds);
        }
        if (once || json || !hasScreen(System.console(), System.getenv().getOrDefault("TERM", ""))) {
            return printOnce();
        }
        return TopSession.of(node.socket(), Duration.ofMillis(Math.round(seconds * 1000)),
                System.getenv().getOrDefault("NO_COLOR", "").isEmpty()).run();
    }

    static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    /** Whether this is a terminal, and one that can move its cursor. */
    private static boolean hasScreen(@Nullable Console console, String type) {
        return isTerminal(console) && !type.isEmpty() && !type.equals("dumb");
    }

    private int printOnce() throws IOException {
        List<String> answer = new ArrayList<>();
        ControlClient.ask(node.socket(), List.of("watch", "--once"), answer::add);
        String line = answer.isEmpty() ? "" : answer.getFirst();
        if (line.startsWith(ControlClient.ERROR)) {
            throw new IOException(line.substring(ControlClient.ERROR.length()));
        }
        for (String each : json ? List.of(PlainReport.json(line)) : PlainReport.lines(line)) {
            System.out.println(each);
        }
        return System.out.checkError() ? 1 : 0;
    }
}
