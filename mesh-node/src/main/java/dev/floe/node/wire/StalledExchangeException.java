package dev.floe.node.wire;

/** The other side is there but sends nothing, or takes nothing, for longer than this side waits. */
public final class StalledExchangeException extends BrokenExchangeException {
    private static final long serialVersionUID = 1;

    StalledExchangeException(String message) {
        super(message);
    }
}
