package dev.floe.node.submitter.context;

import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperClient;

/**
 * The context that the stages of one request share.
 *
 * @param services what the node has for them
 * @param wrapper  the client of the wrapper
 * @param memory   what is known of the files that this user's wrappers see
 */
public record RequestContext(SubmitterServices services, WrapperClient wrapper, HelloFrame hello,
        JobRecordBuilder account, SubmitterCaches memory) {
    /** Whether the user wants the command to run on another node, whatever it costs. */
    public boolean insists() {
        return hello.mode() == HelloFrame.Mode.REMOTE || !hello.wantedNode().isEmpty();
    }
}
