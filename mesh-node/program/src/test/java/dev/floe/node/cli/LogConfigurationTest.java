package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Objects;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.filter.Filterable;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** What an operator sees of the log. */
final class LogConfigurationTest {
    private static Filter.Result shown(String message) throws Exception {
        URI file = Objects.requireNonNull(LogConfigurationTest.class.getResource("/log4j2.properties")).toURI();
        try (LoggerContext context = new LoggerContext("test")) {
            Configuration configuration = ConfigurationFactory.getInstance().getConfiguration(context, "test", file);
            configuration.initialize();
            Appender console = configuration.getAppender("stderr");
            Filter filter = Objects.requireNonNull(((Filterable) console).getFilter());
            return filter.filter(Log4jLogEvent.newBuilder().setLevel(Level.ERROR).setMessage(new SimpleMessage(message))
                    .build());
        }
    }

    @Test
    void nodesThatCloseTogetherAreNoError() throws Exception {
        assertThat(shown("127.0.0.1:7081: failed sending graceful close to 127.0.0.1:7083: Broken pipe"))
                .isEqualTo(Filter.Result.DENY);
    }

    @Test
    void aPeerThatIsRefusedIsNoErrorOfTheGroup() throws Exception {
        assertThat(shown("JGRP000034: node4: failure sending message to 10.0.0.6:7080: "
                + "javax.net.ssl.SSLHandshakeException: (certificate_unknown) PKIX")).isEqualTo(Filter.Result.DENY);
        assertThat(shown("JGRP000034: node4: failure sending message to 10.0.0.6:7080: java.lang.Error"))
                .isEqualTo(Filter.Result.NEUTRAL);
    }

    @Test
    void otherErrorsAreShown() throws Exception {
        assertThat(shown("127.0.0.1:7081: failed sending message to 127.0.0.1:7083: Broken pipe"))
                .isEqualTo(Filter.Result.NEUTRAL);
    }
}
