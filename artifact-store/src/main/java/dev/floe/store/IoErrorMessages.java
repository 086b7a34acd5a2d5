package dev.floe.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns what the operating system says about a file into what an operator can act on. */
public final class IoErrorMessages {
    private IoErrorMessages() {}

    /** An exception that names {@code path}, what could not be done with it, why, and what would help. */
    public static IOException explain(String action, Path path, IOException cause) {
        String why = switch (cause) {
            case FileSystemException file -> FailureText.reason(file);
            default -> FailureText.of(cause);
        };
        return new IOException("cannot " + action + " " + path + ": " + why + advice(why), cause);
    }

    private static String advice(String why) {
        String text = why.toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota")) {
            return "; free some space there, or give the store a smaller bound or another directory";
        }
        if (text.contains("read-only")) {
            return "; mount it writable, or choose another data directory";
        }
        if (text.contains("permission denied")) {
            return "; make it writable for the user that the node runs as, or choose another data directory";
        }
        return "";
    }
}
