package dev.floe.store;

import java.io.IOException;

/** The bytes that came are not the bytes that were asked for. */
public final class DigestMismatchException extends IOException {
    private static final long serialVersionUID = 1;

    private final Digest expected;
    private final Digest got;

    public DigestMismatchException(String what, Digest expected, Digest got) {
        super(what + ": expected " + expected + ", got " + got);
        this.expected = expected;
        this.got = got;
    }

    public Digest expected() {
        return expected;
    }

    /** The digest of what was read before it was given up; that is all of it unless it was longer than expected. */
    public Digest got() {
        return got;
    }
}
