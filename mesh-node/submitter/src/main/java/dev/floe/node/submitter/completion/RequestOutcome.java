package dev.floe.node.submitter.completion;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobRecord.Decision;

/** The outcome of a request, or what must be done before it is tried again. */
public sealed interface RequestOutcome {
    /**
     * The wrapper becomes the compiler.
     *
     * @param queued called when the command waits for a slot of this node, if it does
     */
    record Local(String reason, JobCompletion.SlotPolicy weight, Runnable queued) implements RequestOutcome {
        public Local(String reason, JobCompletion.SlotPolicy weight) {
            this(reason, weight, () -> {});
        }
    }

    /**
     * The outputs are written.
     *
     * @param node       name of the node that made or served them
     * @param afterwards to be run when the wrapper has been told
     */
    record Written(Decision decision, String reason, String node, Runnable afterwards) implements RequestOutcome {}

    /** The compile looked for what the submitter has and the executor had not: the request is repeated with it. */
    record Incomplete(MissingInputs missing) implements RequestOutcome {}

    /** The wrapper has its answer, and there is nothing to record. */
    record Answered() implements RequestOutcome {}
}
