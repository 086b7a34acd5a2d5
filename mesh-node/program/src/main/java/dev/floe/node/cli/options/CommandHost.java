package dev.floe.node.cli.options;

import java.io.IOException;
import java.util.List;

import dev.floe.node.submitter.NodeSocketServer.LineSink;

/**
 * The node in which a command runs. It is the object of the command line's topmost command; in a process of its own a
 * command has none, and asks over the node's socket.
 */
public interface CommandHost {
    /** Answers a request for the user who sent the command. */
    void answer(List<String> request, LineSink lines) throws IOException;

    /** Delivers what the command has printed. */
    void flush() throws IOException;

    /** Whether nobody is there any more to read what the command prints. */
    boolean isGone();
}
