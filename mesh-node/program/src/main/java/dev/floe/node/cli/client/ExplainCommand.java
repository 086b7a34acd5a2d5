package dev.floe.node.cli.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.store.FailureText;

/** {@code floe explain}: the wrapper asks the node what it would do. */
@Command(name = "explain", mixinStandardHelpOptions = true, description = {
        "Predicts where and how a command would run, without running it."})
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Parameters(arity = "1..*", paramLabel = "-- COMPILER ARGS", description = "the command")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        List<String> words = new ArrayList<>(List.of(DefaultPaths.wrapper().toString()));
        words.addAll(command);
        ProcessBuilder wrapper = new ProcessBuilder(words).inheritIO();
        wrapper.environment().put("FLOE_MODE", "explain");
        if (form.isJson()) {
            wrapper.environment().put("FLOE_EXPLAIN", "json");
        }
        wrapper.environment().put("FLOE_SOCKET", node.socket().toString());
        try {
            return wrapper.start().waitFor();
        } catch (IOException e) {
            throw new IOException(
                    "cannot run " + words.getFirst() + ": " + FailureText.of(e) + "; install Floe with scripts/install",
                    e);
        }
    }
}
