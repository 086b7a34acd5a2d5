package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pattern of the node's log. */
final class LogPatternTest {
    private static String line(String message, @Nullable Throwable thrown) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Objects
                .requireNonNull(LogPatternTest.class.getResourceAsStream("/log4j2.properties"))) {
            properties.load(in);
        }
        return PatternLayout.newBuilder().setPattern(properties.getProperty("appender.console.layout.pattern"))
                .setAlwaysWriteExceptions(Boolean
                        .parseBoolean(properties.getProperty("appender.console.layout.alwaysWriteExceptions", "true")))
                .build().toSerializable(Log4jLogEvent.newBuilder().setLevel(Level.INFO).setLoggerName("dev.floe.Job")
                        .setMessage(new SimpleMessage(message)).setThrown(thrown).build());
    }

    @Test
    void keepsWhatAPeerSaysOnTheLineOfItsMessage() throws IOException {
        assertThat(line("job=a\n12:00:00.000 WARN  Forged: b\r\u001b[2Jä\tc", null))
                .endsWith(" INFO  Job: job=a 12:00:00.000 WARN  Forged: b  [2Jä\tc" + System.lineSeparator());
    }

    /** A path with a zero in it, for example, is quoted by the JDK. */
    @Test
    void keepsWhatAPeerSaysInAnExceptionOnThatLineToo() throws IOException {
        String line = line("request failed",
                new IllegalArgumentException("a\n12:00:00.000 WARN  Forged: b\u001b[2J\n"));
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains(
                " INFO  Job: request failed: java.lang.IllegalArgumentException: a 12:00:00.000 WARN  Forged: b [2J")
                .contains("LogPatternTest").endsWith(System.lineSeparator());
    }
}
