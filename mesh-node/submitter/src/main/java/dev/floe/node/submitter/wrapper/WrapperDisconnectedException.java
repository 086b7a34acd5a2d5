package dev.floe.node.submitter.wrapper;

import java.io.IOException;

/** The wrapper has ended: interrupted by its user, or killed. */
public final class WrapperDisconnectedException extends IOException {
    private static final long serialVersionUID = 1;

    public WrapperDisconnectedException() {
        super("the wrapper is gone");
    }
}
