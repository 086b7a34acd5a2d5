package dev.floe.command.inputs;

import java.util.List;

/** All that a compile may read: sorted by path, each path once, each directory before what lies in it. */
public record InputSet(List<Input> inputs) {
    /** @throws IllegalArgumentException if a path does not follow its predecessor */
    public InputSet {
        inputs = List.copyOf(inputs);
        for (int i = 1; i < inputs.size(); i++) {
            if (inputs.get(i - 1).path().compareTo(inputs.get(i).path()) >= 0) {
                throw new IllegalArgumentException("unsorted: " + inputs.get(i).path());
            }
        }
    }
}
