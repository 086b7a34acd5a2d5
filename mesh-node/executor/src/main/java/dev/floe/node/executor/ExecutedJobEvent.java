package dev.floe.node.executor;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The Flight Recorder's event of a job on its executor, from the answer to the offer to the last byte of the result.
 */
@Name("dev.floe.ExecutedJob")
@Label("Executed Job")
@Category("Floe")
@Description("A compile that this node has run, for a peer or for itself")
@StackTrace(false)
final class ExecutedJobEvent extends Event {
    @Label("Job")
    String id = "";

    @Label("Submitter")
    String submitter = "";

    @Label("Kind")
    @Description("foreign, local, or background for an audit")
    String kind = "";

    @Label("Toolchain")
    String toolchain = "";

    @Label("End")
    @Description("done, failed or cancelled")
    String end = "";

    @Label("Inputs")
    @Timespan
    long input;

    @Label("Queue")
    @Timespan
    long queue;

    @Label("Tree")
    @Timespan
    long tree;

    @Label("Run")
    @Timespan
    long run;

    @Label("Collect")
    @Timespan
    long collect;

    @Label("CPU Time of the Compiler")
    @Timespan
    long compiler;
}
