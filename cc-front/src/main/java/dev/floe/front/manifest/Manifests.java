package dev.floe.front.manifest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.front.Discovery;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.discovery.Directories;

/**
 * Remembers for commands which inputs they had. A command whose inputs are all unchanged, and for which no other could come in, has
 * them still: to see that takes a {@code stat} of each and no compiler. A few sets are kept a command, for those who go back
 * and forth between branches. The least recently used commands go first. Safe for threads.
 *
 * @param <T> what goes with a set of inputs
 */
public final class Manifests<T> {
    private static final int MOST_EACH = 4;
    private static final int SHARED_INPUTS = 300_000;

    private final int capacity;
    private final Directories directories;
    private final Map<ManifestKey, List<Manifest<T>>> manifests = new LinkedHashMap<>(64, 0.75f, true); // guarded by itself
    private final Map<Input, Input> shared = new LinkedHashMap<>(); // one object for equal inputs; guarded by manifests

    /** What a command was found to have. */
    public sealed interface Recalled<T> {
        /** The inputs are these. */
        record Same<T>(InputSet inputs, boolean readsClock, T value) implements Recalled<T> {}

        /** @param why what is not as it was, for the user to read */
        record Unknown<T>(String why) implements Recalled<T> {}
    }

    public Manifests(int capacity, Directories directories) {
        this.capacity = capacity;
        this.directories = directories;
    }

    /** The inputs of a command, if they are known still to be those of an earlier time. */
    public Recalled<T> recall(ManifestKey key, Machine machine) throws IOException {
        List<Manifest<T>> known;
        synchronized (manifests) {
            known = List.copyOf(manifests.getOrDefault(key, List.of()));
        }
        String why = "not compiled here before";
        for (Manifest<T> manifest : known) {
            Optional<String> changed = manifest.changed(machine, directories);
            if (changed.isEmpty()) {
                if (manifest != known.getFirst()) {
                    putFirst(key, manifest);
                }
                return new Recalled.Same<>(manifest.inputs(), manifest.readsClock(), manifest.value());
            }
            if (manifest == known.getFirst()) {
                why = changed.get() + " changed";
            }
        }
        return new Recalled.Unknown<>(why);
    }

    /** All that is known, whether or not it still holds. */
    public List<Recalled.Same<T>> all() {
        synchronized (manifests) {
            return manifests.values().stream().flatMap(List::stream)
                    .map(manifest -> new Recalled.Same<>(manifest.inputs(), manifest.readsClock(), manifest.value()))
                    .toList();
        }
    }

    /** Keeps what was found for a command; without a footprint nothing is kept. */
    public void remember(ManifestKey key, Discovery.Found found, T value) {
        found.footprint().get().ifPresent(footprint -> putFirst(key,
                new Manifest<>(shared(found.inputs()), footprint, found.readsClock(), value)));
    }

    private InputSet shared(InputSet inputs) {
        List<Input> same = new ArrayList<>(inputs.inputs().size());
        synchronized (manifests) {
            if (shared.size() > SHARED_INPUTS) {
                shared.clear();
            }
            for (Input input : inputs.inputs()) {
                Input known = shared.putIfAbsent(input, input);
                same.add(known == null ? input : known);
            }
        }
        return new InputSet(same);
    }

    private void putFirst(ManifestKey key, Manifest<T> manifest) {
        synchronized (manifests) {
            List<Manifest<T>> all = new ArrayList<>(manifests.getOrDefault(key, List.of()));
            all.remove(manifest);
            all.removeIf(other -> other.inputs().equals(manifest.inputs()));
            all.addFirst(manifest);
            manifests.put(key, all.size() > MOST_EACH ? new ArrayList<>(all.subList(0, MOST_EACH)) : all);
            if (manifests.size() > capacity) {
                manifests.remove(manifests.keySet().iterator().next());
            }
        }
    }
}
