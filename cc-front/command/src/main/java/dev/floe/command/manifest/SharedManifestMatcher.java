package dev.floe.command.manifest;

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

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.InputSetBuilder;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.inputs.LookupDependencies.DirectoryWatch;
import dev.floe.command.manifest.PortableManifest.PortableItem;
import dev.floe.store.Digest;

/** Finds the inputs of a command by what another node found, if all that it told is so here too. */
public final class SharedManifestMatcher {
    private SharedManifestMatcher() {}

    /**
     * The inputs as they are here; empty if something is otherwise.
     *
     * @param above the directories that lead to the project, which no manifest names
     */
    public static Optional<DiscoveryResult.InputsFound> find(PortableManifest manifest, List<Path> above,
            HostAccess machine,
            DirectoryListingCache directories) throws IOException {
        List<Path> paths = new ArrayList<>(manifest.paths());
        paths.addAll(above);
        List<Optional<FileStat>> stats = machine.lstat(paths);
        Map<Path, Digest> digests = new HashMap<>();
        TreeMap<Path, FileStat> entries = new TreeMap<>();
        int at = 0;
        for (PortableItem item : manifest.inputs()) {
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
        for (DirectoryWatch watch : manifest.watches()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != FileKind.DIRECTORY) {
                return Optional.empty();
            }
            OptionalLong present = directories.common(manifest.names(), watch.directory(), stat.get(), machine);
            if (present.isEmpty() || present.getAsLong() != watch.present()) {
                return Optional.empty();
            }
        }
        for (Path directory : above) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != FileKind.DIRECTORY) {
                return Optional.empty();
            }
            entries.put(directory, stat.get());
        }
        InputSet inputs = new InputSetBuilder(entries, digests, machine).set(manifest.keepsTimes());
        LookupDependencies footprint = new LookupDependencies(manifest.names(), manifest.watches(), manifest.links(),
                twins(inputs, entries));
        return Optional.of(new DiscoveryResult.InputsFound(inputs, false, () -> Optional.of(footprint)));
    }

    /**
     * The inputs that the traced compile looked at, as they are here; empty if something is otherwise. Files of equal
     * bytes may be taken for one another by their times, which nobody tells; so there must be none.
     *
     * @param above       the directories that lead to the project, which no manifest names
     * @param environment of the command
     */
    public static Optional<InputSet> findTraced(PortableManifest manifest, List<Path> above,
            Map<String, String> environment, HostAccess machine) throws IOException {
        if (manifest.trace().isEmpty() || !manifest.trace().get().hasSameVariables(environment)) {
            return Optional.empty();
        }
        List<PortableItem> items = used(manifest, manifest.trace().get());
        List<Path> paths = new ArrayList<>(items.stream().map(PortableItem::path).toList());
        paths.addAll(above);
        List<Optional<FileStat>> stats = machine.lstat(paths);
        Map<Path, Digest> digests = new HashMap<>();
        TreeMap<Path, FileStat> entries = new TreeMap<>();
        int at = 0;
        for (PortableItem item : items) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !isSame(item, stat.get(), machine, digests)) {
                return Optional.empty();
            }
            entries.put(item.path(), stat.get());
        }
        for (Path directory : above) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || stat.get().kind() != FileKind.DIRECTORY) {
                return Optional.empty();
            }
            entries.put(directory, stat.get());
        }
        InputSet inputs = new InputSetBuilder(entries, digests, machine).set(false);
        return new HashSet<>(digests.values()).size() == digests.size() ? Optional.of(inputs) : Optional.empty();
    }

    /** The inputs without the files at which the compile did not look. */
    private static List<PortableItem> used(PortableManifest manifest, DependencyTrace trace) {
        List<PortableItem> items = new ArrayList<>();
        int number = 0;
        for (PortableItem item : manifest.inputs()) {
            if (!(item instanceof PortableItem.FileItem) || trace.used().get(number++)) {
                items.add(item);
            }
        }
        return items;
    }

    private static boolean isSame(PortableItem item, FileStat stat, HostAccess machine, Map<Path, Digest> digests)
            throws IOException {
        return switch (item) {
            case PortableItem.DirectoryItem _ -> stat.kind() == FileKind.DIRECTORY;
            case PortableItem.LinkItem link -> link.target().equals(stat.target());
            case PortableItem.FileItem file -> {
                if (stat.kind() != FileKind.REGULAR || stat.size() != file.digest().size()) {
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
