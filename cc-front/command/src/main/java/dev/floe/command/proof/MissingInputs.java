package dev.floe.command.proof;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The inputs that a compile missed on a peer although the submitter has them, so that its result is not that of the
 * plain compiler.
 *
 * @param paths     as they were asked for
 * @param variables by name
 * @param times     whether times of inputs count
 * @param obstacle  why the compile cannot be repeated with it, in words that begin with what was missed; empty if it
 *                  can
 */
public record MissingInputs(SortedSet<Path> paths, SortedSet<String> variables, boolean times,
        Optional<String> obstacle) {
    public static final MissingInputs NONE = new MissingInputs(Collections.emptySortedSet(),
            Collections.emptySortedSet(),
            false, Optional.empty());

    public MissingInputs {
        paths = Collections.unmodifiableSortedSet(new TreeSet<>(paths));
        variables = Collections.unmodifiableSortedSet(new TreeSet<>(variables));
    }

    /** Of something that could not be looked at. */
    public static MissingInputs unknown(String obstacle) {
        return new MissingInputs(NONE.paths, NONE.variables, false, Optional.of(obstacle));
    }

    /** Whether nothing was missed that is there. */
    public boolean isNone() {
        return paths.isEmpty() && variables.isEmpty() && !times && obstacle.isEmpty();
    }

    /** One of what was missed, for people to read. */
    public String first() {
        List<String> names = names();
        return names.isEmpty() ? "something" : names.getFirst();
    }

    /** What was missed, for people to read. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        paths.forEach(path -> names.add(path.toString()));
        variables.forEach(name -> names.add("variable " + name));
        if (times) {
            names.add("times of inputs");
        }
        return names;
    }
}
