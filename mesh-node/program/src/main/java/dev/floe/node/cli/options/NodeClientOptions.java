package dev.floe.node.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the commands that ask the node of this machine. */
public final class NodeClientOptions {
    @Option(names = "--socket", paramLabel = "FILE", description = {
            "socket of the node (default: FLOE_SOCKET, this user's node, or the system's)"})
    private @Nullable Path socket;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec mixee;

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

    /** Prints the node's answer; 1 if it is an error, or nobody reads it. */
    public int ask(String... words) throws IOException {
        CommandLine line = mixee.commandLine();
        AnswerPrinter printer = new AnswerPrinter(line.getOut(), line.getErr(),
                mixee.root().userObject() instanceof CommandHost node ? Optional.of(node) : Optional.empty());
        try {
            printer.print(this, List.of(words));
            return printer.failed() ? 1 : 0;
        } catch (AnswerPrinter.UnreadException _) {
            return 1;
        }
    }
}
