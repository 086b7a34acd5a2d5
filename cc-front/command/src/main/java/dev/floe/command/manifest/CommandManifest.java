package dev.floe.command.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.DirectoryListingCache.DirectoryListing;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.SavedManifestCodec.SavedManifest;
import dev.floe.store.changes.LookSnapshot;
import dev.floe.store.changes.LookSnapshotBuilder;

/** The inputs that one command had once, and what must hold for it to have them still. Safe for threads. */
final class CommandManifest<T> {
    private final InputSet inputs;
    private final LookupDependencies footprint;
    private final QueriedVariables variables;
    private final boolean readsClock;
    private final T value;
    private final List<Path> paths; // of the inputs, links and watches, in this order
    // By watch: the contents that were found right last; a race only repeats a check.
    private final @Nullable DirectoryListing[] checked;
    private volatile @Nullable LookSnapshot seen; // at which everything was as it was; null if that is not watched

    /** @param variables that count besides those that are part of the command's key */
    CommandManifest(InputSet inputs, LookupDependencies footprint, QueriedVariables variables, boolean readsClock,
            T value) {
        this.inputs = inputs;
        this.footprint = footprint;
        this.variables = variables;
        this.readsClock = readsClock;
        this.value = value;
        this.paths = Stream
                .of(inputs.inputs().stream().map(Input::path), footprint.links().stream().map(Input.Link::path),
                        footprint.watches().stream().map(LookupDependencies.DirectoryWatch::directory))
                .flatMap(each -> each).toList();
        this.checked = new DirectoryListing[footprint.watches().size()];
    }

    InputSet inputs() {
        return inputs;
    }

    QueriedVariables variables() {
        return variables;
    }

    /** What is kept for a later process. */
    SavedManifest saved() {
        return new SavedManifest(inputs, readsClock, footprint);
    }

    boolean readsClock() {
        return readsClock;
    }

    T value() {
        return value;
    }

    /** Whether another one depends on the same. */
    boolean isLike(CommandManifest<T> other) {
        return inputs.equals(other.inputs) && variables.equals(other.variables);
    }

    /** What is no longer as it was; empty if nothing is. */
    Optional<String> changed(Map<String, String> environment, HostAccess machine, DirectoryListingCache directories)
            throws IOException {
        Optional<String> variable = variables.changed(environment);
        if (variable.isPresent()) {
            return variable.map(name -> "the variable " + name);
        }
        Optional<LookSnapshotBuilder> looks = machine.newSnapshot();
        LookSnapshot last = seen;
        if (looks.isPresent() && last != null && last.isCurrent()) {
            return Optional.empty();
        }
        looks.ifPresent(this::note);
        Optional<String> changed = changed(machine, directories);
        seen = changed.isEmpty() ? looks.flatMap(LookSnapshotBuilder::build).orElse(null) : null;
        return changed;
    }

    /** Notes at what {@link #changed(HostAccess, DirectoryListingCache)} will look. */
    private void note(LookSnapshotBuilder looks) {
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.Directory) {
                looks.place(input.path());
            } else {
                looks.path(input.path());
            }
        }
        footprint.links().forEach(link -> looks.path(link.path()));
        looks.names(footprint.names().hashes(),
                footprint.watches().stream().map(LookupDependencies.DirectoryWatch::directory).toList());
    }

    private Optional<String> changed(HostAccess machine, DirectoryListingCache directories) throws IOException {
        List<Optional<FileStat>> stats = machine.lstat(paths);
        int at = 0;
        for (Input input : inputs.inputs()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !isSame(input, stat.get(), machine)) {
                return Optional.of(input.path().toString());
            }
        }
        for (Input.Link link : footprint.links()) {
            Optional<FileStat> stat = stats.get(at++);
            if (stat.isEmpty() || !link.target().equals(stat.get().target())) {
                return Optional.of(link.path().toString());
            }
        }
        List<LookupDependencies.DirectoryWatch> watches = footprint.watches();
        for (int i = 0; i < watches.size(); i++) {
            if (!holdsTheSame(i, watches.get(i), stats.get(at++), machine, directories)) {
                return Optional.of("the names in " + watches.get(i).directory());
            }
        }
        return Optional.empty();
    }

    private boolean isSame(Input input, FileStat stat, HostAccess machine) throws IOException {
        return switch (input) {
            case Input.Directory directory ->
                stat.kind() == FileKind.DIRECTORY && stat.permissions() == directory.mode();
            case Input.Link link -> link.target().equals(stat.target());
            case Input.File file -> {
                if (stat.kind() != FileKind.REGULAR || stat.size() != file.digest().size()
                        || stat.permissions() != file.mode()) {
                    yield false;
                }
                if (file.keepTime() || file.group() > 0) {
                    FileStat then = footprint.twins().get(file.path());
                    if (then == null || then.inode() != stat.inode() || then.device() != stat.device()
                            || then.mtimeNanos() != stat.mtimeNanos()) {
                        yield false;
                    }
                }
                yield machine.digest(file.path(), stat).equals(file.digest());
            }
        };
    }

    private boolean holdsTheSame(int index, LookupDependencies.DirectoryWatch watch, Optional<FileStat> stat,
            HostAccess machine,
            DirectoryListingCache directories) throws IOException {
        if (stat.isEmpty() || stat.get().kind() != FileKind.DIRECTORY) {
            return false;
        }
        DirectoryListing known = directories.settled(watch.directory(), stat.get());
        if (known != null && checked[index] == known) {
            return true;
        }
        OptionalLong present = directories.common(footprint.names(), watch.directory(), stat.get(), machine);
        if (present.isEmpty() || present.getAsLong() != watch.present()) {
            return false;
        }
        checked[index] = directories.settled(watch.directory(), stat.get());
        return true;
    }
}
