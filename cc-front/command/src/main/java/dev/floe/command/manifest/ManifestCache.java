package dev.floe.command.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.SavedManifestCodec.SavedManifest;
import dev.floe.store.BoundedMap;

/**
 * Remembers for commands which inputs they had. A command whose inputs are all unchanged, and for which no other could
 * come in, has them still: to see that takes a {@code stat} of each and no compiler. A few sets are kept a command, for
 * those who go back and forth between branches. Bounded and thread-safe.
 *
 * @param <T> what goes with a set of inputs
 */
public final class ManifestCache<T> {
    private static final String NEW = "not compiled here before";
    private static final int MAX_EACH = 4;
    private static final int SHARED_INPUTS = 300_000;

    private final DirectoryListingCache directories;
    private final Map<ManifestKey, List<CommandManifest<T>>> manifests; // immutable lists, the last used manifest first
    private final Map<Input, Input> shared = new HashMap<>(); // one object for equal inputs; guarded by itself
    private volatile @Nullable Earlier<T> earlier; // what a process before this one has saved; set once, at the start

    /** What a command was found to have. */
    public sealed interface ManifestLookup<T> {
        /** The inputs are these. */
        record Unchanged<T>(InputSet inputs, boolean readsClock, T value) implements ManifestLookup<T> {}

        /** @param why what is not as it was, for the user to read */
        record NotRecorded<T>(String why) implements ManifestLookup<T> {
            /** Whether nothing is known of the command at all. */
            public boolean isNew() {
                return why.equals(NEW);
            }
        }
    }

    /** @param value goes with each */
    private record Earlier<T>(SavedManifests manifests, T value) {}

    public ManifestCache(int capacity, DirectoryListingCache directories) {
        // The least recently used goes: the new commands of a build must stay, however often older ones were used.
        this.manifests = Collections.synchronizedMap(new BoundedMap<>(capacity));
        this.directories = directories;
    }

    /** The inputs of a command, if they are known still to be those of an earlier time. */
    public ManifestLookup<T> recall(ManifestKey key, HostAccess machine) throws IOException {
        return recall(key, Map.of(), machine);
    }

    /**
     * The same of a command whose variables are not part of its key.
     *
     * @param environment of the command
     */
    public ManifestLookup<T> recall(ManifestKey key, Map<String, String> environment, HostAccess machine)
            throws IOException {
        List<CommandManifest<T>> known = known(key);
        String why = NEW;
        for (CommandManifest<T> manifest : known) {
            Optional<String> changed = manifest.changed(environment, machine, directories);
            if (changed.isEmpty()) {
                if (manifest != known.getFirst()) {
                    putFirst(key, manifest);
                }
                return new ManifestLookup.Unchanged<>(manifest.inputs(), manifest.readsClock(), manifest.value());
            }
            if (manifest == known.getFirst()) {
                why = changed.get() + " changed";
            }
        }
        return new ManifestLookup.NotRecorded<>(why);
    }

    private List<CommandManifest<T>> known(ManifestKey key) {
        List<CommandManifest<T>> known = manifests.getOrDefault(key, List.of());
        Earlier<T> before = earlier;
        if (!known.isEmpty() || before == null) {
            return known;
        }
        Optional<CommandManifest<T>> found = before.manifests().find(key).map(saved -> manifest(saved, before.value()));
        found.ifPresent(manifest -> putFirst(key, manifest));
        return found.map(List::of).orElse(known);
    }

    private CommandManifest<T> manifest(SavedManifest saved, T value) {
        return new CommandManifest<>(shared(saved.inputs()), saved.footprint(), QueriedVariables.NONE,
                saved.readsClock(), value);
    }

    /**
     * Remembers what an earlier process of the same program has saved.
     *
     * @param program identifies the program; another one may find other inputs
     * @param value   goes with each set of inputs
     */
    public void load(Path from, String program, T value) throws IOException {
        earlier = new Earlier<>(SavedManifests.read(from, program), value);
    }

    /** Saves the last set of inputs of the last used commands, at most so many, if it depends on no variables. */
    public void save(Path to, String program, int maxCommands) throws IOException {
        Map<ManifestKey, SavedManifest> last = new LinkedHashMap<>();
        synchronized (manifests) {
            manifests.forEach((key, known) -> {
                if (known.getFirst().variables().equals(QueriedVariables.NONE)) {
                    last.put(key, known.getFirst().saved());
                }
            });
        }
        if (last.isEmpty()) {
            return; // what is there may be wanted again
        }
        Map<ManifestKey, SavedManifest> wanted = new LinkedHashMap<>();
        List.copyOf(last.entrySet()).reversed().stream().limit(maxCommands)
                .forEach(command -> wanted.put(command.getKey(), command.getValue()));
        Earlier<T> before = earlier;
        if (before != null) {
            before.manifests().addTo(wanted, maxCommands);
        }
        SavedManifests.write(to, program, wanted);
    }

    /** All that is known, whether or not it still holds. */
    public List<ManifestLookup.Unchanged<T>> all() {
        List<List<CommandManifest<T>>> known;
        synchronized (manifests) {
            known = List.copyOf(manifests.values());
        }
        return known.stream().flatMap(List::stream)
                .map(manifest -> new ManifestLookup.Unchanged<>(manifest.inputs(), manifest.readsClock(),
                        manifest.value()))
                .toList();
    }

    /** Keeps what was found for a command; without a footprint nothing is kept. */
    public void remember(ManifestKey key, DiscoveryResult.InputsFound found, T value) {
        found.footprint().get()
                .ifPresent(footprint -> putFirst(key, new CommandManifest<>(shared(found.inputs()), footprint,
                        QueriedVariables.NONE, found.readsClock(), value)));
    }

    /**
     * Keeps what a compile has shown that it depends on, besides what it missed.
     *
     * @param inputs that it looked at
     * @param twins  the state of those that it may take for one another
     */
    public void remember(ManifestKey key, InputSet inputs, Map<Path, FileStat> twins, QueriedVariables variables,
            T value) {
        LookupDependencies footprint = new LookupDependencies(HashedNameSet.of(List.of()), List.of(), List.of(), twins);
        putFirst(key, new CommandManifest<>(shared(inputs), footprint, variables, false, value));
    }

    private InputSet shared(InputSet inputs) {
        List<Input> same = new ArrayList<>(inputs.inputs().size());
        synchronized (shared) {
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

    private void putFirst(ManifestKey key, CommandManifest<T> manifest) {
        manifests.compute(key, (_, known) -> {
            List<CommandManifest<T>> all = new ArrayList<>(known == null ? List.of() : known);
            all.remove(manifest);
            all.removeIf(manifest::isLike);
            all.addFirst(manifest);
            return List.copyOf(all.subList(0, Math.min(all.size(), MAX_EACH)));
        });
    }
}
