package dev.floe.front.proof;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What the programs of one compile asked for in vain where it ran.
 *
 * @param paths     absolute, as they were asked for
 * @param variables that were not set
 * @param localTime whether a program asked for the time zone, which compilers do for {@code __DATE__}, {@code __TIME__}
 *                  and {@code __TIMESTAMP__} alone
 */
public record Missed(List<String> paths, Set<String> variables, boolean localTime) {
    private static final String TIME_ZONE = "TZ";

    public Missed {
        paths = List.copyOf(paths);
        variables = Set.copyOf(variables);
    }

    /** @param set variables that programs asked for and that were set */
    public static Missed of(Collection<String> paths, Collection<String> unset, Collection<String> set) {
        return new Missed(List.copyOf(paths), Set.copyOf(unset),
                unset.contains(TIME_ZONE) || set.contains(TIME_ZONE));
    }
}
