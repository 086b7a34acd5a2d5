package dev.floe.node.executor.admission;

import java.io.IOException;

/** An offer that no honest submitter makes; the message is for the one who made it. */
public final class OfferRejectedException extends IOException {
    private static final long serialVersionUID = 1;

    public OfferRejectedException(String message) {
        super(message);
    }
}
