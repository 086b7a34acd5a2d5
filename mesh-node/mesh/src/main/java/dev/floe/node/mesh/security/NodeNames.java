package dev.floe.node.mesh.security;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The rule for names of meshes and nodes. */
public final class NodeNames {
    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 63;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_LENGTH - 1) + "}");

    private NodeNames() {}

    /**
     * Whether {@code name} is up to {@link #MAX_LENGTH} letters, digits, dots, dashes or underscores, the first a
     * letter or digit.
     */
    public static boolean isName(@Nullable String name) {
        return name != null && NAME.matcher(name).matches();
    }

    /**
     * Gives {@code name} back.
     *
     * @throws IllegalArgumentException unless {@link #isName(String)}
     */
    public static String check(String what, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(what + " \"" + name.replaceAll("\\P{Graph}", "?")
                    + "\" must be 1 to " + MAX_LENGTH
                    + " letters, digits, '.', '-' or '_', the first a letter or digit");
        }
        return name;
    }
}
