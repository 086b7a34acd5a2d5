package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.PathWalks.Walk;
import dev.floe.store.Digest;
import dev.floe.store.changes.LookSnapshotBuilder;

/** Looks with the user's eyes at what a compile missed where it ran. */
public final class ObservationCheck {
    private static final String HOME = "HOME";
    /** Where the C library's users look for descriptions of terminals once they know the home directory. */
    private static final String OWN_TERMINALS = "/.terminfo";
    /** Values that choose something and name nothing: no secret, and no file that the compiler would read or write. */
    private static final Pattern SWITCH = Pattern
            .compile("|[0-9]{1,4}|y|yes|n|no|on|off|true|false|always|never|auto", Pattern.CASE_INSENSITIVE);

    private final CompileCommand command;
    private final HostAccess machine;
    private final DirectoryListingCache directories;
    private final PresentPaths present;

    public ObservationCheck(CompileCommand command, HostAccess machine, DirectoryListingCache directories) {
        this.command = command;
        this.machine = machine;
        this.directories = directories;
        this.present = new PresentPaths(machine, directories);
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
        there.keySet().removeIf(path -> isWithoutBearing(Path.of(path)));
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

    /** As {@link PresentPaths#find}; a search for programs goes on after a directory that the user may not search. */
    private Map<String, Walk> presentToUser(InputSet inputs, Collection<String> missed) throws IOException {
        try {
            return present.find(inputs, missed);
        } catch (AccessDeniedException e) {
            Set<String> searched = programDirectories();
            List<String> programs = missed.stream().filter(path -> searched.contains(SpelledPaths.parent(path)))
                    .toList();
            if (programs.isEmpty()) {
                throw e;
            }
            Map<String, Walk> there = new LinkedHashMap<>(
                    present.find(inputs,
                            missed.stream().filter(path -> !searched.contains(SpelledPaths.parent(path))).toList()));
            for (String program : programs) {
                try {
                    there.putAll(present.find(inputs, List.of(program)));
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

    /** What an earlier compile left in the place of an output has none either. */
    private boolean isWithoutBearing(Path spelled) {
        Path plain = spelled.normalize();
        return plain.equals(command.primaryOutput()) || command.outputNames().files().contains(plain)
                || LookupTable.standard().isWithoutBearing(command.family(), plain);
    }

}
