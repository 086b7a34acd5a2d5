package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import dev.floe.toolchain.ToolchainId;

/** A file of an unpacked toolchain is missing or changed; the toolchain must be fetched anew. */
public final class DamagedToolchainException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient ToolchainId id;

    DamagedToolchainException(ToolchainId id, Path file, @Nullable Throwable cause) {
        super("toolchain " + id + " is damaged at " + file, cause);
        this.id = id;
    }

    public ToolchainId id() {
        return id;
    }
}
