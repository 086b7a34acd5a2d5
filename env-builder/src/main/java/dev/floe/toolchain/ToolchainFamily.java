package dev.floe.toolchain;

import java.util.Locale;

/** Whose command line a compiler speaks. */
public enum ToolchainFamily {
    GCC, CLANG;

    /** Lower case, as in manifests. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException unless {@code text} is one of the families' {@link #text()} */
    public static ToolchainFamily parse(String text) {
        for (ToolchainFamily family : values()) {
            if (family.text().equals(text)) {
                return family;
            }
        }
        throw new IllegalArgumentException("no compiler family: " + text);
    }
}
