package dev.floe.command.manifest;

import java.util.BitSet;
import java.util.Map;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.store.actioncache.ActionKey;

/**
 * The dependencies of one observed compile: the variables that it asked for, and the inputs at which it looked. Its
 * result has what it missed.
 *
 * @param variables what it was told of them
 * @param used      the numbers of the files at which it looked, among the files of its inputs in order
 * @param key       of its result
 * @param place     where the project must lie for the result to serve; empty if that does not matter
 */
public record DependencyTrace(QueriedVariables variables, BitSet used, ActionKey key, String place) {
    /** More files are in no compile. */
    static final int MAX_FILES = 200_000;

    public DependencyTrace {
        used = (BitSet) used.clone();
    }

    /** Whether the compile would have been told the same of the variables. */
    boolean hasSameVariables(Map<String, String> environment) {
        return variables.changed(environment).isEmpty();
    }

    /** The inputs without the files at which the compile did not look. */
    public InputSet narrow(InputSet inputs) {
        int[] number = {0};
        return new InputSet(inputs.inputs().stream()
                .filter(input -> !(input instanceof Input.File) || used.get(number[0]++)).toList());
    }
}
