package dev.floe.command.proof;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lookups of one compile that failed where it ran, and the names in directories that its programs read.
 *
 * @param paths     absolute, as they were asked for
 * @param variables that were not set
 * @param localTime whether a program asked for the time zone, which compilers do for {@code __DATE__}, {@code __TIME__}
 *                  and {@code __TIMESTAMP__} alone
 * @param listed    the names in each directory, by its absolute path as it was asked for
 */
public record MissedLookups(List<String> paths, Set<String> variables, boolean localTime,
        Map<String, Set<String>> listed) {
    private static final String TIME_ZONE = "TZ";

    public MissedLookups {
        paths = List.copyOf(paths);
        variables = Set.copyOf(variables);
        listed = Map.copyOf(listed);
    }

    /** Of a compile that has listed nothing. */
    public MissedLookups(List<String> paths, Set<String> variables, boolean localTime) {
        this(paths, variables, localTime, Map.of());
    }

    /**
     * What an observation says.
     *
     * @param set         variables that programs asked for and that were set
     * @param directories that were listed
     * @param names       what these held, each by its path
     */
    public static MissedLookups of(Collection<String> paths, Collection<String> unset, Collection<String> set,
            Collection<String> directories, Collection<String> names) {
        Map<String, Set<String>> listed = new HashMap<>();
        directories.forEach(directory -> listed.put(SpelledPaths.withoutSlashes(directory), new HashSet<>()));
        for (String path : names) {
            Set<String> known = listed.get(SpelledPaths.withoutSlashes(SpelledPaths.parent(path)));
            if (known != null) {
                known.add(path.substring(path.lastIndexOf('/') + 1));
            }
        }
        return new MissedLookups(List.copyOf(paths), Set.copyOf(unset),
                unset.contains(TIME_ZONE) || set.contains(TIME_ZONE), listed);
    }
}
