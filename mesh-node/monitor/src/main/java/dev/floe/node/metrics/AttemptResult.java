package dev.floe.node.metrics;

import java.util.Locale;

/** The classes of what came of an offer to an executor. */
enum AttemptResult {
    DONE, REFUSED, LOST,
    /** The compile missed what the submitter has. */
    MISSED,
    /** The compiler ended with another exit code than 0. */
    EXIT,
    /** Another end, such as outputs that cannot be written. */
    OTHER;

    /** @param text as in a job's record */
    static AttemptResult of(String text) {
        return text.equals("done")
                ? DONE
                : text.startsWith("refused: ")
                        ? REFUSED
                        : text.startsWith("lost: ")
                                ? LOST
                                : text.startsWith("missed ") ? MISSED : text.startsWith("exit ") ? EXIT : OTHER;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
