package dev.floe.node.submit;

import java.io.IOException;

/** The wrapper has ended: interrupted by its user, or killed. */
public final class WrapperGoneException extends IOException {
    private static final long serialVersionUID = 1;

    WrapperGoneException() {
        super("the wrapper is gone");
    }
}
