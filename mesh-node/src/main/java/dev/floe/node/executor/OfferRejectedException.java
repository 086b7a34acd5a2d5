package dev.floe.node.executor;

import java.io.IOException;

/** An offer that no honest submitter makes; the message is for the one who made it. */
final class OfferRejectedException extends IOException {
    private static final long serialVersionUID = 1;

    OfferRejectedException(String message) {
        super(message);
    }
}
