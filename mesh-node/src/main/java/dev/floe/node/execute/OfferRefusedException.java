package dev.floe.node.execute;

import java.io.IOException;

/** An offer that no honest submitter makes; the message is for the one who made it. */
final class OfferRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    OfferRefusedException(String message) {
        super(message);
    }
}
