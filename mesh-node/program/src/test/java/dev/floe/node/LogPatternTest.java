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
import org.junit.jupiter.api.Test;

/** The pattern of the node's log. */
final class LogPatternTest {
    @Test
    void keepsWhatAPeerSaysOnTheLineOfItsMessage() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/log4j2.properties"))) {
            properties.load(in);
        }
        String pattern = properties.getProperty("appender.console.layout.pattern");
        String line = PatternLayout.newBuilder().withPattern(pattern).build().toSerializable(Log4jLogEvent.newBuilder()
                .setLevel(Level.INFO).setLoggerName("dev.floe.Job")
                .setMessage(new SimpleMessage("job=a\n12:00:00.000 WARN  Forged: b\r\u001b[2Jä\tc")).build());
        assertThat(line).endsWith(" INFO  Job: job=a 12:00:00.000 WARN  Forged: b  [2Jä\tc" + System.lineSeparator());
    }
}
