package dev.floe.node.submitter.completion;

import java.io.IOException;
import java.util.Optional;

/** One stage of a request. */
@FunctionalInterface
public interface RequestStage {
    /** Empty if the next stage follows. */
    Optional<RequestOutcome> run() throws IOException;
}
