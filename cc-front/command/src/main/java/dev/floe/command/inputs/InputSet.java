package dev.floe.command.inputs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

    /** The input at this path, not following links. */
    public Optional<Input> find(Path path) {
        int low = 0;
        int high = inputs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = inputs.get(middle).path().compareTo(path);
            if (order == 0) {
                return Optional.of(inputs.get(middle));
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return Optional.empty();
    }
}
