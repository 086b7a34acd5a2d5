package dev.floe.node.submit;

/**
 * What the stages of one request share.
 *
 * @param site   the node's parts
 * @param hands  the wrapper
 * @param memory what is known of the files that this user's wrappers see
 */
record RequestContext(Submitter.Site site, Hands hands, Hello hello, Account account, Submitter.Memory memory) {
    /** Whether the user wants the command to run on another node, whatever it costs. */
    boolean insists() {
        return hello.mode() == Hello.Mode.REMOTE || !hello.wantedNode().isEmpty();
    }
}
