package dev.floe.node.submitter;

import java.io.IOException;
import java.util.Optional;

/** One stage of a request. */
@FunctionalInterface
interface RequestStage {
    /** Empty if the next stage follows. */
    Optional<RequestOutcome> run() throws IOException;
}
