package dev.floe.node.submitter.client;

import java.util.OptionalInt;

/** Runs the command lines of clients. Several run at once, each on a thread of its own. */
@FunctionalInterface
public interface ClientCommands {
    /**
     * @param owned whether the node's own user or root asks; others may look, but make it do nothing
     * @return the exit code; empty for a command that does not run in the node, which has then printed nothing
     */
    OptionalInt run(ClientCommand command, boolean owned, ClientOutput output);
}
