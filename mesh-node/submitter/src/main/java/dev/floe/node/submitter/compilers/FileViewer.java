package dev.floe.node.submitter.compilers;

/**
 * Who looks at files.
 *
 * @param readHere whether the node may do so itself
 * @param foreign  the source of information about them, if they are not those that the node sees; otherwise empty
 */
public record FileViewer(boolean readHere, String foreign) {}
