package dev.floe.node.submitter.compilers;

import org.jspecify.annotations.Nullable;

import dev.floe.store.changes.FileChangeMonitor;

/**
 * Who looks at files.
 *
 * @param readHere whether the node may do so itself
 * @param foreign  the source of information about them, if they are not those that the node sees; otherwise empty
 * @param changes  notifies of their changes; null if nothing does
 */
public record FileViewer(boolean readHere, String foreign, @Nullable FileChangeMonitor changes) {
    /** A viewer that looks each time. */
    public FileViewer(boolean readHere, String foreign) {
        this(readHere, foreign, null);
    }
}
