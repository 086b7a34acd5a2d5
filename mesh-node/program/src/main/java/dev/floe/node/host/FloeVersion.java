package dev.floe.node.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Floe: that of the POM, which the build writes into the file /dev/floe/node/version.properties. */
public final class FloeVersion {
    private static final String NAME = "/dev/floe/node/version.properties";

    private FloeVersion() {}

    public static String read() {
        Properties properties = new Properties();
        try (InputStream file = FloeVersion.class.getResourceAsStream(NAME)) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = properties.getProperty("version", "");
        if (version.isEmpty() || version.startsWith("${")) {
            throw new IllegalStateException(NAME + " has no version: Floe was not built by Maven");
        }
        return version;
    }
}
