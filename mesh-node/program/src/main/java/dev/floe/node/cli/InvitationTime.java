package dev.floe.node.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a time for which an invitation is valid. */
final class InvitationTime {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})([mhd])");
    private static final Map<String, Duration> UNITS = Map.of("m", Duration.ofMinutes(1), "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Duration MAX = Duration.ofDays(90);

    private InvitationTime() {}

    /** The time; empty for another form, none at all, or one that is too long. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Duration time = UNITS.getOrDefault(matcher.group(2), Duration.ZERO)
                .multipliedBy(Integer.parseInt(matcher.group(1)));
        return Optional.of(time).filter(it -> it.isPositive() && it.compareTo(MAX) <= 0);
    }
}
