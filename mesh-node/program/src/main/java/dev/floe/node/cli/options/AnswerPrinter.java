package dev.floe.node.cli.options;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

import dev.floe.node.submitter.ControlClient;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** Prints the lines of a node's answer: errors to one stream, all others to the other. */
final class AnswerPrinter implements LineSink {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Optional<CommandHost> node;
    private boolean failed;

    /** Nobody reads what is printed, so that the command ends without a word. */
    static final class UnreadException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** @param node in which the command runs */
    AnswerPrinter(PrintWriter out, PrintWriter err, Optional<CommandHost> node) {
        this.out = out;
        this.err = err;
        this.node = node;
    }

    /** Asks the node in which the command runs, otherwise the one at the socket of the options. */
    void print(NodeClientOptions options, List<String> request) throws IOException {
        if (node.isPresent()) {
            node.get().answer(request, this);
            return;
        }
        try {
            ControlClient.ask(options.socket(), request, this::acceptUnchecked);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void acceptUnchecked(String line) {
        try {
            accept(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void accept(String line) throws IOException {
        if (line.startsWith(ControlClient.ERROR)) {
            failed = true;
            err.println("floe: " + line.substring(ControlClient.ERROR.length()));
            return;
        }
        out.println(line);
        if (out.checkError() || isGone()) {
            throw new UnreadException();
        }
    }

    @Override
    public void flush() throws IOException {
        if (node.isPresent()) {
            node.get().flush();
        }
    }

    @Override
    public boolean isGone() {
        return node.isPresent() && node.get().isGone();
    }

    boolean failed() {
        return failed;
    }
}
