package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.file.Path;

/** A program needs a library that is nowhere to be found. */
final class MissingLibraryException extends IOException {
    private static final long serialVersionUID = 1;

    MissingLibraryException(String library, Path neededBy) {
        super(neededBy + " needs the library " + library + ", which is nowhere that the dynamic linker looks");
    }
}
