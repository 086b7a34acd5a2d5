package dev.floe.front.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

import dev.floe.front.Discovery;
import dev.floe.front.FileStat;
import dev.floe.front.FileStat.Kind;
import dev.floe.front.Footprint;
import dev.floe.front.Footprint.Watch;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.discovery.Directories;
import dev.floe.front.discovery.Inputs;
import dev.floe.front.manifest.SharedManifest.Item;
import dev.floe.store.Digest;

/** Finds the inputs of a command by what another node found, if all that it told is so here too. */
public final class SharedDiscovery {
    private SharedDiscovery() {}

    /**
     * The inputs as they are here; empty if something is otherwise.
     *
     * @param above the directories that lead to the project, which no manifest names
     */
    public static Optional<Discovery.Found> find(SharedManifest manifest, List<Path> above, Machine machine,
            Directories directories) throws IOException {
        List<Path> paths = new ArrayList<>(manifest.paths());
        paths.addAll(above);
        List<Optional<FileStat>> stats = machine.lstat(paths);
        Map<Path, Digest> digests = new HashMap<>();
        TreeMap<Path, FileStat> entries = new TreeMap<>();
        int at = 0;
        for (Item item : manifest.inputs()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !isSame(item, stat.get(), machine, digests)) {
                return Optional.empty();
            }
            entries.put(item.path(), stat.get());
        }
        for (Input.Link link : manifest.links()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !link.target().equals(stat.get().target())) {
                return Optional.empty();
            }
        }
        for (Watch watch : manifest.watches()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != Kind.DIRECTORY) {
                return Optional.empty();
            }
            OptionalLong present = directories.common(manifest.names(), watch.directory(), stat.get(), machine);
            if (present.isEmpty() || present.getAsLong() != watch.present()) {
                return Optional.empty();
            }
        }
        for (Path directory : above) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != Kind.DIRECTORY) {
                return Optional.empty();
            }
            entries.put(directory, stat.get());
        }
        InputSet inputs = new Inputs(entries, digests, machine).set(manifest.keepsTimes());
        Footprint footprint = new Footprint(manifest.names(), manifest.watches(), manifest.links(),
                twins(inputs, entries));
        return Optional.of(new Discovery.Found(inputs, false, () -> Optional.of(footprint)));
    }

    /**
     * The inputs that the traced compile looked at, as they are here; empty if something is otherwise. Files of equal bytes may be taken for one
     * another by their times, which nobody tells; so there must be none.
     *
     * @param above       the directories that lead to the project, which no manifest names
     * @param environment of the command
     */
    public static Optional<InputSet> findTraced(SharedManifest manifest, List<Path> above,
            Map<String, String> environment, Machine machine) throws IOException {
        if (manifest.trace().isEmpty() || !manifest.trace().get().hasSameVariables(environment)) {
            return Optional.empty();
        }
        List<Item> items = used(manifest, manifest.trace().get());
        List<Path> paths = new ArrayList<>(items.stream().map(Item::path).toList());
        paths.addAll(above);
        List<Optional<FileStat>> stats = machine.lstat(paths);
        Map<Path, Digest> digests = new HashMap<>();
        TreeMap<Path, FileStat> entries = new TreeMap<>();
        int at = 0;
        for (Item item : items) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !isSame(item, stat.get(), machine, digests)) {
                return Optional.empty();
            }
            entries.put(item.path(), stat.get());
        }
        for (Path directory : above) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != Kind.DIRECTORY) {
                return Optional.empty();
            }
            entries.put(directory, stat.get());
        }
        InputSet inputs = new Inputs(entries, digests, machine).set(false);
        return new HashSet<>(digests.values()).size() == digests.size() ? Optional.of(inputs) : Optional.empty();
    }

    /** The inputs without the files at which the compile did not look. */
    private static List<Item> used(SharedManifest manifest, Trace trace) {
        List<Item> items = new ArrayList<>();
        int number = 0;
        for (Item item : manifest.inputs()) {
            if (!(item instanceof Item.File) || trace.used().get(number++)) {
                items.add(item);
            }
        }
        return items;
    }

    private static boolean isSame(Item item, FileStat stat, Machine machine, Map<Path, Digest> digests)
            throws IOException {
        return switch (item) {
            case Item.Directory _ -> stat.kind() == Kind.DIRECTORY;
            case Item.Link link -> link.target().equals(stat.target());
            case Item.File file -> {
                if (stat.kind() != Kind.REGULAR || stat.size() != file.digest().size()) {
                    yield false;
                }
                Digest digest = machine.digest(file.path(), stat);
                digests.put(file.path(), digest);
                yield digest.equals(file.digest());
            }
        };
    }

    private static Map<Path, FileStat> twins(InputSet inputs, Map<Path, FileStat> entries) {
        Map<Path, FileStat> twins = new HashMap<>();
        for (Input input : inputs.inputs()) {
            FileStat stat = entries.get(input.path());
            if (stat != null && input instanceof Input.File file && (file.keepTime() || file.group() > 0)) {
                twins.put(file.path(), stat);
            }
        }
        return twins;
    }
}
