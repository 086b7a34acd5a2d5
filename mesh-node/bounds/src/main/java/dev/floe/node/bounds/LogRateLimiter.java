package dev.floe.node.bounds;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Bounds the lines that the log gets from one logger, and from one logger on one peer, in a time. What is too much is
 * counted, and told in one line later. Thread-safe.
 */
public final class LogRateLimiter extends AbstractFilter {
    static final int LINES_OF_LOGGER = 50;
    static final int LINES_OF_PEER = 10;
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LogManager.getLogger(LogRateLimiter.class);
    private static final int MAX_SOURCES = 1000;
    private static final int MAX_SEARCHED = 300;
    private static final Pattern PEER = Pattern
            .compile("\\b(?:peer|submitter)=([^@\\s:\\[]{1,100}|\\[[^\\]\\s]{1,100}\\])");

    private final LongSupplier nanoClock;
    private final Consumer<String> report;
    // Guarded by this; the source that began first is first.
    private final Map<LogSource, Count> counts = new LinkedHashMap<>();

    /** @param peer empty for all of a logger together */
    private record LogSource(String logger, String peer) {
        @Override
        public String toString() {
            return peer.isEmpty() ? "log=" + logger : "log=" + logger + " on peer=" + peer;
        }
    }

    private static final class Count {
        private final long beginNanos;
        private int lines;

        Count(long beginNanos) {
            this.beginNanos = beginNanos;
        }
    }

    /** @param report takes a line on what was left out */
    LogRateLimiter(LongSupplier nanoClock, Consumer<String> report) {
        this.nanoClock = nanoClock;
        this.report = report;
    }

    /** Bounds all that this process logs. */
    public static void install() {
        if (LogManager.getContext(false) instanceof LoggerContext context) {
            // On a thread of its own, because an appender that is at work takes no lines from the same thread.
            LogRateLimiter rate = new LogRateLimiter(System::nanoTime,
                    text -> Thread.ofVirtual().name("log-rate").start(() -> LOG.warn(text)));
            rate.start();
            context.getConfiguration().getAppenders().values().forEach(appender -> {
                if (appender instanceof AbstractAppender bounded) {
                    bounded.addFilter(rate);
                }
            });
        }
    }

    @Override
    public Result filter(LogEvent event) {
        String logger = event.getLoggerName();
        if (logger.equals(LogRateLimiter.class.getName())) {
            return Result.NEUTRAL;
        }
        List<String> reports = new ArrayList<>();
        boolean pass = count(new LogSource(logger, ""), LINES_OF_LOGGER, reports);
        Matcher peer = peer(event);
        if (pass && peer.find()) {
            pass = count(new LogSource(logger, peer.group(1)), LINES_OF_PEER, reports);
        }
        reports.forEach(report);
        return pass ? Result.NEUTRAL : Result.DENY;
    }

    private static Matcher peer(LogEvent event) {
        String text = event.getMessage().getFormattedMessage();
        return PEER.matcher(text).region(0, Math.min(text.length(), MAX_SEARCHED));
    }

    private synchronized boolean count(LogSource source, int most, List<String> reports) {
        long now = nanoClock.getAsLong();
        var eldest = counts.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<LogSource, Count> entry = eldest.next();
            if (now - entry.getValue().beginNanos < WINDOW_NANOS && counts.size() <= MAX_SOURCES) {
                break;
            }
            report(entry.getKey(), entry.getValue(), reports);
            eldest.remove();
        }
        Count count = counts.computeIfAbsent(source, _ -> new Count(now));
        count.lines++;
        return count.lines <= most;
    }

    private static void report(LogSource source, Count count, List<String> reports) {
        int most = source.peer().isEmpty() ? LINES_OF_LOGGER : LINES_OF_PEER;
        if (count.lines > most) {
            reports.add("left out " + (count.lines - most) + " lines of " + TimeUnit.NANOSECONDS.toSeconds(WINDOW_NANOS)
                    + " s: " + source);
        }
    }
}
