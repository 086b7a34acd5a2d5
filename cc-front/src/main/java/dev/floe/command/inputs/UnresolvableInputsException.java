package dev.floe.command.inputs;

import dev.floe.command.LocalReason;

/** Ends a search whose outcome is that the inputs cannot be known; never leaves this package. */
@SuppressWarnings("serial")
final class UnresolvableInputsException extends Exception {
    private final transient LocalReason reason;

    UnresolvableInputsException(LocalReason.ReasonCode code, String detail) {
        super(detail, null, false, false);
        this.reason = new LocalReason(code, detail);
    }

    LocalReason reason() {
        return reason;
    }
}
