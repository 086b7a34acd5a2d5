package dev.floe.node.report.format;

import java.io.IOException;

import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** A report as a record, with two renderings that show the same numbers. */
public interface ControlReport {
    /** For programs: JSON, one object a line. */
    void json(LineSink lines) throws IOException;

    /** For people. */
    void text(LineSink lines) throws IOException;

    default void write(boolean json, LineSink lines) throws IOException {
        if (json) {
            json(lines);
        } else {
            text(lines);
        }
    }
}
