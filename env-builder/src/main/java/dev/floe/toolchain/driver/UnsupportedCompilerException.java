package dev.floe.toolchain.driver;

import java.nio.file.Path;

/** A compiler that cannot be carried to another machine; what it compiles is compiled here. */
public final class UnsupportedCompilerException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    public UnsupportedCompilerException(Path compiler, String reason) {
        super(compiler + " " + reason);
        this.reason = reason;
    }

    public UnsupportedCompilerException(Path compiler, String reason, Throwable cause) {
        super(compiler + " " + reason, cause);
        this.reason = reason;
    }

    /** Why, without the compiler's name: reads on after it. */
    public String reason() {
        return reason;
    }
}
