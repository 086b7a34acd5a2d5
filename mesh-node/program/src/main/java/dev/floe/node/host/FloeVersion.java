package dev.floe.node.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of Floe and its date: those of the POM, which the build writes into the file
 * /dev/floe/node/version.properties.
 */
public final class FloeVersion {
    private static final String NAME = "/dev/floe/node/version.properties";

    private FloeVersion() {}

    public static String read() {
        return property("version");
    }

    /** The date of the release, as YYYY-MM-DD; equal for equal sources. */
    public static String date() {
        return property("timestamp").replaceFirst("T.*", "");
    }

    private static String property(String name) {
        Properties properties = new Properties();
        try (InputStream file = FloeVersion.class.getResourceAsStream(NAME)) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String value = properties.getProperty(name, "");
        if (value.isEmpty() || value.startsWith("${")) {
            throw new IllegalStateException(NAME + " has no " + name + ": Floe was not built by Maven");
        }
        return value;
    }
}
