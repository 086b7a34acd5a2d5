package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** A file of an unpacked toolchain is missing or changed; the toolchain must be fetched again. */
public final class CorruptToolchainException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient LocalToolchain toolchain;

    CorruptToolchainException(LocalToolchain toolchain, Path file, @Nullable Throwable cause) {
        super("toolchain " + toolchain.toolchain().id() + " is damaged at " + file, cause);
        this.toolchain = toolchain;
    }

    public LocalToolchain toolchain() {
        return toolchain;
    }
}
