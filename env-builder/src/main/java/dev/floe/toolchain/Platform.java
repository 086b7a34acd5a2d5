package dev.floe.toolchain;

import java.util.regex.Pattern;

/**
 * The platform on which a program runs, for example {@code x86_64-linux}; names of processors are those of the kernel.
 */
public record Platform(String processor, String system) {
    private static final Pattern WORD = Pattern.compile("[a-z0-9_.]+");

    /**
     * @throws IllegalArgumentException for a name of other characters than lower-case letters, digits, {@code _} and
     *                                  {@code .}
     */
    public Platform {
        if (!WORD.matcher(processor).matches() || !WORD.matcher(system).matches()) {
            throw new IllegalArgumentException("no platform: " + processor + "-" + system);
        }
    }

    /** The inverse of {@link #toString()}. */
    public static Platform parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("no platform: " + text);
        }
        return new Platform(text.substring(0, dash), text.substring(dash + 1));
    }

    /** The machine that this runs on. */
    public static Platform current() {
        String processor = System.getProperty("os.arch", "unknown");
        return new Platform(processor.equals("amd64") ? "x86_64" : processor, "linux");
    }

    @Override
    public String toString() {
        return processor + "-" + system;
    }
}
