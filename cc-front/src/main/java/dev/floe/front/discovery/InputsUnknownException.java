package dev.floe.front.discovery;

import dev.floe.front.Reason;

/** Ends a search whose outcome is that the inputs cannot be known; never leaves this package. */
@SuppressWarnings("serial")
final class InputsUnknownException extends Exception {
    private final transient Reason reason;

    InputsUnknownException(Reason.Code code, String detail) {
        super(detail, null, false, false);
        this.reason = new Reason(code, detail);
    }

    Reason reason() {
        return reason;
    }
}
