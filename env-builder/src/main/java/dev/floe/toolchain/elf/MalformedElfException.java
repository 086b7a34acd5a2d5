package dev.floe.toolchain.elf;

import java.io.IOException;

/** A file begins like an ELF file but is not a valid one. */
final class MalformedElfException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedElfException(String message) {
        super(message);
    }
}
