package dev.floe.node.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The levels of log lines as the journal reads them: a number in angle brackets before each line (sd-daemon(3)). */
public final class JournalLevels {
    /** The system property whose value begins each log line; read once, when the first logger is made. */
    public static final String PROPERTY = "floe.log.prefix";

    static final String PATTERN = "%level{FATAL=<2>,ERROR=<3>,WARN=<4>,INFO=<6>,DEBUG=<7>,TRACE=<7>}";

    private JournalLevels() {}

    /** Sets the property if standard error leads to the journal. Must be called before a logger is made. */
    public static void install(Map<String, String> environment) {
        if (leadsToJournal(environment.getOrDefault("JOURNAL_STREAM", ""), Path.of("/proc/self/fd/2"))) {
            System.setProperty(PROPERTY, PATTERN);
        }
    }

    /** @param stream the device and the inode of the journal's socket; a redirected standard error has others */
    static boolean leadsToJournal(String stream, Path standardError) {
        if (stream.isEmpty()) {
            return false;
        }
        try {
            Map<String, Object> attributes = Files.readAttributes(standardError, "unix:dev,ino");
            return stream.equals(attributes.get("dev") + ":" + attributes.get("ino"));
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }
}
