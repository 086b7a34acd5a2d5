package dev.floe.node.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import dev.floe.node.submitter.ControlClient;

/** Options of the commands that ask the node of this machine. */
public final class NodeClientOptions {
    @Option(names = "--socket", paramLabel = "FILE", description = {
            "socket of the node (default: FLOE_SOCKET, this user's node, or the system's)"})
    private @Nullable Path socket;

    public Path socket() {
        String variable = System.getenv("FLOE_SOCKET");
        return socket != null
                ? socket
                : variable != null && !variable.isEmpty() ? Path.of(variable) : DefaultPaths.runningSocket();
    }

    /** The option of the commands whose answer can be read by programs. */
    public static final class OutputOptions {
        @Option(names = "--json", description = "print JSON, one object per line")
        private boolean json;

        public boolean isJson() {
            return json;
        }
    }

    /** Prints the node's answer in the form that the user wants. */
    public int ask(OutputOptions form, String... words) throws IOException {
        List<String> request = new ArrayList<>(List.of(words));
        if (form.json) {
            request.add("--json");
        }
        return ask(request.toArray(String[]::new));
    }

    /** Prints the node's answer. */
    public int ask(String... words) throws IOException {
        boolean[] failed = {false};
        ControlClient.ask(socket(), List.of(words), line -> {
            if (line.startsWith(ControlClient.ERROR)) {
                failed[0] = true;
                System.err.println("floe: " + line.substring(ControlClient.ERROR.length()));
                return;
            }
            System.out.println(line);
            if (System.out.checkError()) {
                System.exit(1);
            }
        });
        return failed[0] ? 1 : 0;
    }
}
