package dev.floe.command.proof;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.floe.command.CompileCommand;

/**
 * The inputs and variables that a command needs besides what discovery finds, as earlier compiles have shown.
 *
 * @param paths     that become inputs if they exist, as the compile asked for them
 * @param variables that the job gets as the user has them
 * @param times     whether each input must have its time
 */
public record ExtraInputs(Set<Path> paths, Set<String> variables, boolean times) {
    public static final ExtraInputs NONE = new ExtraInputs(Set.of(), Set.of(), false);

    public ExtraInputs {
        paths = Set.copyOf(paths);
        variables = Set.copyOf(variables);
    }

    /** Both together. */
    ExtraInputs and(ExtraInputs other) {
        if (other.equals(NONE)) {
            return this;
        }
        SortedSet<Path> allPaths = new TreeSet<>(paths);
        allPaths.addAll(other.paths);
        SortedSet<String> allVariables = new TreeSet<>(variables);
        allVariables.addAll(other.variables);
        return new ExtraInputs(allPaths, allVariables, times || other.times);
    }

    /** The command with the variables. */
    public CompileCommand extend(CompileCommand command) {
        Map<String, String> environment = new TreeMap<>(command.environment());
        for (String name : variables) {
            String value = command.invocation().environment().get(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        return environment.equals(command.environment()) ? command : command.withEnvironment(environment);
    }
}
