package dev.floe.node.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.submitter.ControlClient;

/** {@code floe web}: the way to the node's page. */
@Command(name = "web", mixinStandardHelpOptions = true, description = {
        "Prints the address of this node's page. On a desktop it also opens the page in the browser.",
        "A node serves a page if it was started with --web."})
final class WebCommand implements Callable<Integer> {
    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Option(names = "--print", description = "only print the address")
    private boolean print;

    @Override
    public Integer call() throws Exception {
        List<String> answer = new ArrayList<>();
        ControlClient.ask(node.socket(), List.of("web"), answer::add);
        String address = answer.isEmpty() ? "" : answer.getFirst();
        if (!address.startsWith("http://")) {
            System.err.println("floe: " + (address.startsWith(ControlClient.ERROR)
                    ? address.substring(ControlClient.ERROR.length())
                    : "the node did not report the address of its page"));
            return 1;
        }
        System.out.println(address);
        if (!print && hasDesktop(System.getenv()) && System.console() != null && System.console().isTerminal()) {
            open(address);
        }
        return 0;
    }

    /** Whether the environment names a display. */
    static boolean hasDesktop(Map<String, String> environment) {
        return !environment.getOrDefault("DISPLAY", "").isEmpty()
                || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    }

    private static void open(String address) {
        try {
            new ProcessBuilder("xdg-open", address).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException _) {
            // without xdg-open the address is all there is
        }
    }
}
