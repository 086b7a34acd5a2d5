package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.Filter.Result;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LogRateLimiterTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> reports = new ArrayList<>();
    private final LogRateLimiter rate = new LogRateLimiter(nanos::get, reports::add);

    private int passed(String logger, int lines, String text) {
        int passed = 0;
        for (int i = 0; i < lines; i++) {
            LogEvent event = Log4jLogEvent.newBuilder().setLoggerName(logger).setLevel(Level.WARN)
                    .setMessage(new SimpleMessage(text)).build();
            passed += rate.filter(event) == Result.DENY ? 0 : 1;
        }
        return passed;
    }

    @Test
    void boundsTheLinesOfALogger() {
        assertThat(passed("org.jgroups.X", 14_000, "cannot read a message")).isEqualTo(LogRateLimiter.LINES_OF_LOGGER);
        assertThat(passed("org.jgroups.Y", 3, "another")).isEqualTo(3);
        nanos.addAndGet(LogRateLimiter.WINDOW_NANOS);
        assertThat(passed("org.jgroups.X", 3, "cannot read a message")).isEqualTo(3);
    }

    @Test
    void boundsTheLinesOnOnePeerSoThatThereIsRoomForThoseOnOthers() {
        assertThat(passed("dev.floe.X", 1000, "request failed peer=evil@192.0.2.1:5 path=/job"))
                .isEqualTo(LogRateLimiter.LINES_OF_PEER);
    }

    @Test
    void aPeerThatIsBoundedLeavesRoomForOthers() {
        passed("dev.floe.X", LogRateLimiter.LINES_OF_LOGGER - 1, "request failed peer=evil@192.0.2.1:5");
        assertThat(passed("dev.floe.X", 1, "request failed submitter=good@192.0.2.2:5")).isEqualTo(1);
    }

    @Test
    void tellsPeersWithoutANameApartByTheirAddress() {
        passed("dev.floe.X", LogRateLimiter.LINES_OF_LOGGER - 1, "refused peer=[fd00::1]:5 reason");
        assertThat(passed("dev.floe.X", 1, "refused peer=[fd00::2]:5 reason")).isEqualTo(1);
    }

    @Test
    void tellsOnceHowManyLinesItHasLeftOut() {
        passed("org.jgroups.Z", 100, "cannot read a message");
        passed("dev.floe.X", 30, "request failed peer=evil@192.0.2.1:5");
        assertThat(reports).isEmpty();
        nanos.addAndGet(LogRateLimiter.WINDOW_NANOS);
        passed("org.jgroups.Z", 1, "cannot read a message");
        passed("org.jgroups.Z", 1, "cannot read a message");
        assertThat(reports).containsExactly("left out 50 lines of 10 s: log=org.jgroups.Z",
                "left out 20 lines of 10 s: log=dev.floe.X on peer=evil");
    }

    @Test
    void boundsWhatAnAppenderOfTheNodeGetsAndDoesNotLoseTheReport() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        Lines lines = new Lines();
        LogRateLimiter real = new LogRateLimiter(nanos::get,
                text -> Thread.ofVirtual().start(() -> LogManager.getLogger(LogRateLimiter.class).warn(text)));
        lines.addFilter(real);
        lines.start();
        LoggerConfig root = context.getConfiguration().getRootLogger();
        LoggerConfig noisy = new LoggerConfig("elsewhere", Level.WARN, false);
        context.getConfiguration().addLogger("elsewhere", noisy);
        noisy.addAppender(lines, Level.WARN, null);
        root.addAppender(lines, Level.WARN, null);
        context.updateLoggers();
        try {
            Logger log = context.getLogger("elsewhere.Z");
            for (int i = 0; i < 100; i++) {
                log.error("line");
            }
            nanos.addAndGet(LogRateLimiter.WINDOW_NANOS);
            log.error("line");
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> lines.texts.contains("left out 50 lines of 10 s: log=elsewhere.Z"));
        } finally {
            root.removeAppender("lines");
            context.getConfiguration().removeLogger("elsewhere");
            context.updateLoggers();
        }
        assertThat(lines.texts.stream().filter("line"::equals)).hasSize(LogRateLimiter.LINES_OF_LOGGER + 1);
    }

    private static final class Lines extends AbstractAppender {
        private final List<String> texts = new CopyOnWriteArrayList<>();

        Lines() {
            super("lines", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            texts.add(event.getMessage().getFormattedMessage());
        }
    }
}
