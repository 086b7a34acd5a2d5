package dev.floe.command.discovery.includes;

import dev.floe.command.LocalReason;

/** Ends a search whose outcome is that the inputs cannot be known; never leaves this package. */
@SuppressWarnings("serial")
public final class UnresolvableInputsException extends Exception {
    private final transient LocalReason reason;

    public UnresolvableInputsException(LocalReason.ReasonCode code, String detail) {
        super(detail, null, false, false);
        this.reason = new LocalReason(code, detail);
    }

    public LocalReason reason() {
        return reason;
    }
}
