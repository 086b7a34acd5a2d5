package dev.floe.command.observation;

import java.io.IOException;

/** Bytes that are not a record of the observer; what the job asked is not known then. */
final class MalformedObservationException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedObservationException(String message) {
        super(message);
    }
}
