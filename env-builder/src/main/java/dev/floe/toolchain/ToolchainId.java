package dev.floe.toolchain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

import dev.floe.store.Digest;

/** Names a toolchain by all that it is made of: the SHA-256 of its manifest, 64 lower-case hexadecimal digits. */
public record ToolchainId(String hex) implements Comparable<ToolchainId> {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException unless {@code hex} is 64 lower-case hexadecimal digits */
    public ToolchainId {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("no toolchain id: " + hex);
        }
    }

    static ToolchainId ofManifest(String manifest) {
        return new ToolchainId(Digest.ofBytes(manifest.getBytes(UTF_8)).hex());
    }

    /** The first 12 digits, for people. */
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(ToolchainId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
