package dev.floe.node.web.events;

import java.io.IOException;
import java.util.List;

/** The node's reports, as the command line asks for them. */
@FunctionalInterface
public interface WebReports {
    /** How a line begins that says why a request could not be granted. */
    String ERROR = "error: ";

    /** Takes lines of an answer. */
    @FunctionalInterface
    interface Lines {
        void accept(String line) throws IOException;
    }

    /**
     * Answers a request.
     *
     * @param owned whether the node's own user asks
     * @throws IOException if the report fails, with a message for the user, or if {@code lines} throws it
     */
    void answer(List<String> request, boolean owned, Lines lines) throws IOException;
}
