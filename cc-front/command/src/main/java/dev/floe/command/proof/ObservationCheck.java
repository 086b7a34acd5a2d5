package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.DirectoryListingCache.DirectoryListing;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.PathWalks.Walk;
import dev.floe.store.Digest;
import dev.floe.store.changes.LookSnapshotBuilder;

/**
 * Looks with the user's eyes at what a compile missed where it ran. A missed name whose directory is missing, too,
 * needs no look. Names in a directory whose contents are remembered need none either, as long as its stat is the same;
 * the others are looked at in one call.
 */
public final class ObservationCheck {
    private static final String HOME = "HOME";
    /** Where the C library's users look for descriptions of terminals once they know the home directory. */
    private static final String OWN_TERMINALS = "/.terminfo";
    /** From this number of names on, the directory is read instead of looking each name up. */
    private static final int WORTH_READING = 8;
    /** A directory that changes all the time is not read if it has this many times the names that are sought. */
    private static final int LONG = 3;
    /** Values that choose something and name nothing: no secret, and no file that the compiler would read or write. */
    private static final Pattern SWITCH = Pattern
            .compile("|[0-9]{1,4}|y|yes|n|no|on|off|true|false|always|never|auto", Pattern.CASE_INSENSITIVE);

    private final CompileCommand command;
    private final HostAccess machine;
    private final DirectoryListingCache directories;

    public ObservationCheck(CompileCommand command, HostAccess machine, DirectoryListingCache directories) {
        this.command = command;
        this.machine = machine;
        this.directories = directories;
    }

    /** Whether the variables alone show that the result stands; {@link #check} has the parameters. */
    public boolean hasSameVariables(InputSet inputs, boolean readsClock, MissedLookups missed) {
        return variables(missed.variables()).isEmpty() && !dependsOnTimes(inputs, readsClock, missed);
    }

    private static boolean dependsOnTimes(InputSet inputs, boolean readsClock, MissedLookups missed) {
        return missed.localTime() && !readsClock && inputs.inputs().stream()
                .anyMatch(input -> input instanceof Input.File file && !file.keepTime());
    }

    /**
     * The same as {@link #check}, and remembers that nothing is there.
     *
     * @param key of the observation
     */
    public MissingInputs check(InputSet inputs, boolean readsClock, MissedLookups missed, Digest key,
            ObservationCheckCache cache) throws IOException {
        Optional<LookSnapshotBuilder> looks = machine.newSnapshot();
        looks.ifPresent(builder -> note(missed, builder));
        MissingInputs missing = check(inputs, readsClock, missed);
        cache.add(key, missing.isNone() ? looks.flatMap(LookSnapshotBuilder::build) : Optional.empty());
        return missing;
    }

    /** Notes at what {@link #check} will look. */
    private void note(MissedLookups missed, LookSnapshotBuilder looks) {
        for (String path : paths(missed)) {
            // A name that is not ASCII may be no path here at all; the snapshot does without such ones.
            boolean counts = !path.chars().allMatch(c -> c < 128) || !isWithoutBearing(Path.of(path));
            if (counts && !SpelledPaths.isOfSandbox(path)) {
                looks.destination(path, false);
            }
        }
        for (String directory : missed.listed().keySet()) {
            if (ListingCheck.counts(command, directory)) {
                looks.destination(directory, true);
            }
        }
    }

    /**
     * The paths at which to look. An earlier compile has left its outputs, and to look at these would make the kernel
     * report each object that a build writes.
     */
    private List<String> paths(MissedLookups missed) {
        Set<String> outputs = command.outputNames().files().stream().map(Path::toString).collect(Collectors.toSet());
        outputs.add(String.valueOf(command.primaryOutput()));
        List<String> paths = new ArrayList<>(missed.paths());
        paths.removeIf(outputs::contains);
        String home = command.invocation().environment().get(HOME);
        if (home != null && home.startsWith("/") && missed.variables().contains(HOME)) {
            paths.add(home + OWN_TERMINALS);
        }
        return paths;
    }

    /**
     * What of all that was missed is there.
     *
     * @param inputs     that the compile had
     * @param readsClock whether it is known that the command needs the time
     * @throws IOException if something could not be looked at
     */
    public MissingInputs check(InputSet inputs, boolean readsClock, MissedLookups missed) throws IOException {
        SortedSet<String> variables = variables(missed.variables());
        boolean times = dependsOnTimes(inputs, readsClock, missed);
        List<String> paths = paths(missed);
        ListingCheck.Difference listings = new ListingCheck(command, machine, directories).compare(missed.listed());
        paths.addAll(listings.more());
        Map<String, Walk> there = presentToUser(inputs, paths);
        if (variables.isEmpty() && !times && there.isEmpty() && listings.obstacle().isEmpty()) {
            return MissingInputs.NONE;
        }
        SortedSet<Path> found = new TreeSet<>();
        there.keySet().forEach(path -> found.add(Path.of(path)));
        Optional<String> obstacle = there.isEmpty()
                ? Optional.empty()
                : new SendableInputs(command, inputs, machine).obstacle(there);
        return new MissingInputs(found, variables, times,
                listings.obstacle().or(() -> obstacle).or(() -> obstacle(variables)));
    }

    private SortedSet<String> variables(Set<String> missed) {
        SortedSet<String> set = new TreeSet<>();
        for (String name : missed) {
            if (command.invocation().environment().containsKey(name) && !command.environment().containsKey(name)
                    && !CompileCommand.isWithoutBearing(name)) {
                set.add(name);
            }
        }
        return set;
    }

    /** A value may be a secret that a lying peer asks for, or name a file that the compiler would write. */
    private Optional<String> obstacle(Collection<String> variables) {
        return variables.stream()
                .filter(name -> !SWITCH.matcher(command.invocation().environment().getOrDefault(name, "")).matches())
                .findFirst().map(name -> "the variable " + name + " was not set on the peer");
    }

    /** As {@link #present}; a search for a program continues after a directory that the user may not search. */
    private Map<String, Walk> presentToUser(InputSet inputs, Collection<String> missed) throws IOException {
        try {
            return present(inputs, missed);
        } catch (AccessDeniedException e) {
            Set<String> places = programDirectories();
            List<String> programs = missed.stream().filter(path -> places.contains(SpelledPaths.parent(path))).toList();
            if (programs.isEmpty()) {
                throw e;
            }
            Map<String, Walk> there = new LinkedHashMap<>(
                    present(inputs,
                            missed.stream().filter(path -> !places.contains(SpelledPaths.parent(path))).toList()));
            for (String program : programs) {
                try {
                    there.putAll(present(inputs, List.of(program)));
                } catch (AccessDeniedException _) {
                    // as the compiler's search, which passes it
                }
            }
            return there;
        }
    }

    /** The directories in which programs are searched and headers are not. */
    private Set<String> programDirectories() {
        Set<String> places = new HashSet<>(
                List.of(command.invocation().environment().getOrDefault("PATH", "").split(":")));
        command.preprocessing().searchDirectories().forEach(directory -> places.remove(directory.toString()));
        return places;
    }

    /** Those of some paths at which there is something, with the way to it. */
    private Map<String, Walk> present(InputSet inputs, Collection<String> missed) throws IOException {
        Map<String, List<String>> byDirectory = SpelledPaths.byDirectory(missed);
        Map<Path, FileStat> stats = new HashMap<>();
        Map<String, Path> real = realDirectories(inputs, byDirectory.keySet(), stats);
        Map<Path, Set<String>> sought = new LinkedHashMap<>();
        real.forEach((spelled, directory) -> sought.computeIfAbsent(directory, _ -> new LinkedHashSet<>())
                .addAll(byDirectory.getOrDefault(spelled, List.of())));
        Map<Path, Set<String>> found = found(sought, stats);
        List<String> present = new ArrayList<>();
        if (!found.isEmpty()) {
            real.forEach((spelled, directory) -> byDirectory.getOrDefault(spelled, List.of()).stream()
                    .filter(found.getOrDefault(directory, Set.of())::contains)
                    .forEach(name -> present.add((spelled.equals("/") ? "" : spelled) + "/" + name)));
        }
        missed.stream().filter(path -> SpelledPaths.isOdd(path) && !SpelledPaths.isOfSandbox(path))
                .forEach(present::add);
        if (present.isEmpty()) {
            return Map.of();
        }
        Map<String, Walk> there = new PathWalks(machine).walk(present);
        // A link that leads nowhere is as good as none.
        there.entrySet().removeIf(entry -> entry.getValue().end() == null
                || isWithoutBearing(Path.of(entry.getKey())));
        return there;
    }

    /** What an earlier compile left in the place of an output has none either. */
    private boolean isWithoutBearing(Path spelled) {
        Path plain = spelled.normalize();
        return plain.equals(command.primaryOutput()) || command.outputNames().files().contains(plain)
                || LookupTable.standard().isWithoutBearing(command.family(), plain);
    }

    /**
     * Where directories really are, by how they are spelled; those that are not there are left out.
     *
     * @param stats gets those of the directories that were looked at
     */
    private Map<String, Path> realDirectories(InputSet inputs, Set<String> spelled, Map<Path, FileStat> stats)
            throws IOException {
        Map<String, Path> known = new HashMap<>(); // each is where it says, because an input lies below no link
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.Directory(Path path, int _)) {
                known.put(path.toString(), path);
            }
        }
        Map<String, Path> real = new LinkedHashMap<>();
        Set<Path> wanted = new LinkedHashSet<>();
        List<String> others = new ArrayList<>();
        for (String directory : spelled) {
            Path path = known.get(directory);
            Path parent = path == null ? known.get(SpelledPaths.parent(directory)) : null;
            if (path != null) {
                real.put(directory, path);
                wanted.add(path);
            } else {
                others.add(directory);
            }
            if (parent != null) {
                wanted.add(parent);
            }
        }
        look(wanted, stats);
        others.removeIf(directory -> isMissing(directory, known.get(SpelledPaths.parent(directory)), stats));
        for (Map.Entry<String, Walk> entry : PathWalks.knowing(inputs, machine).walk(others).entrySet()) {
            Path end = entry.getValue().end();
            if (end != null && entry.getValue().stat().map(stat -> stat.kind() == FileKind.DIRECTORY)
                    .orElse(end.getNameCount() == 0)) {
                real.put(entry.getKey(), end);
            }
        }
        return real;
    }

    private void look(Set<Path> wanted, Map<Path, FileStat> stats) throws IOException {
        List<Path> paths = wanted.stream().filter(path -> !stats.containsKey(path)).toList();
        if (!paths.isEmpty()) {
            List<Optional<FileStat>> found = machine.lstat(paths);
            for (int i = 0; i < paths.size(); i++) {
                Path path = paths.get(i);
                found.get(i).ifPresent(stat -> stats.put(path, stat));
            }
        }
    }

    /** Whether the remembered contents of its parent, which has not changed, say that a directory is not there. */
    private boolean isMissing(String directory, @Nullable Path parent, Map<Path, FileStat> stats) {
        FileStat stat = parent == null ? null : stats.get(parent);
        DirectoryListing contents = parent == null || stat == null ? null : directories.settled(parent, stat);
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        return contents != null && !SpelledPaths.isOdd("/" + name) && !contents.names().contains(name);
    }

    /** Those of the names sought in each real directory that are there. */
    private Map<Path, Set<String>> found(Map<Path, Set<String>> sought, Map<Path, FileStat> stats)
            throws IOException {
        look(sought.keySet(), stats);
        List<Path> candidates = new ArrayList<>();
        for (Map.Entry<Path, Set<String>> place : sought.entrySet()) {
            FileStat stat = stats.get(place.getKey());
            if (stat != null && stat.kind() == FileKind.DIRECTORY) {
                Optional<DirectoryListing> contents = contents(place.getKey(), stat, place.getValue().size());
                for (String name : place.getValue()) {
                    if (contents.isEmpty() || contents.get().names().contains(name)) {
                        candidates.add(place.getKey().resolve(name));
                    }
                }
            }
        }
        Map<Path, Set<String>> found = new HashMap<>();
        if (!candidates.isEmpty()) {
            List<Optional<FileStat>> looks = machine.lstat(candidates);
            for (int i = 0; i < candidates.size(); i++) {
                if (looks.get(i).isPresent()) {
                    found.computeIfAbsent(candidates.get(i).getParent(), _ -> new LinkedHashSet<>())
                            .add(candidates.get(i).getFileName().toString());
                }
            }
        }
        return found;
    }

    /** What a directory holds, unless it is cheaper to look at each name. */
    private Optional<DirectoryListing> contents(Path directory, FileStat stat, int names) throws IOException {
        DirectoryListing settled = directories.settled(directory, stat);
        if (settled != null) {
            return Optional.of(settled);
        }
        DirectoryListing last = directories.last(directory);
        boolean read = last == null ? names >= WORTH_READING : last.names().size() <= LONG * names;
        return read ? directories.of(directory, stat, machine) : Optional.empty();
    }
}
