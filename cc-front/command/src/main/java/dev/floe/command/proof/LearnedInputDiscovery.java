package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.InputSetBuilder;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.proof.PathWalks.Walk;

/** Adds to a command's inputs what earlier compiles have shown that it needs. */
public final class LearnedInputDiscovery {
    private LearnedInputDiscovery() {}

    /** The inputs with those of the lesson that are there; {@code found} itself if it has them all. */
    public static DiscoveryResult.InputsFound add(DiscoveryResult.InputsFound found, ExtraInputs lesson,
            HostAccess machine) throws IOException {
        if (lesson.paths().isEmpty() && !lesson.times()) {
            return found;
        }
        boolean keepTimes = lesson.times() || isKeepingAll(found.inputs());
        NavigableMap<Path, FileStat> news = new TreeMap<>();
        for (Walk walk : new PathWalks(machine).walk(spelled(lesson.paths())).values()) {
            if (walk.end() != null) {
                news.putAll(walk.met());
            }
        }
        List<Path> known = new ArrayList<>();
        for (Input input : found.inputs().inputs()) {
            news.remove(input.path());
            known.add(input.path());
        }
        if (news.isEmpty() && keepTimes == isKeepingAll(found.inputs())) {
            return found;
        }
        NavigableMap<Path, FileStat> entries = new TreeMap<>(news);
        List<Optional<FileStat>> stats = machine.lstat(known);
        for (int i = 0; i < known.size(); i++) {
            int at = i;
            stats.get(i).ifPresent(stat -> entries.put(known.get(at), stat));
        }
        InputSet inputs = new InputSetBuilder(entries, new HashMap<>(), machine).set(keepTimes);
        return new DiscoveryResult.InputsFound(inputs, found.readsClock() || lesson.times(),
                () -> found.footprint().get().map(footprint -> with(footprint, inputs, entries)), found.guess());
    }

    private static List<String> spelled(Collection<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }

    private static boolean isKeepingAll(InputSet inputs) {
        return inputs.inputs().stream().allMatch(input -> !(input instanceof Input.File file) || file.keepTime());
    }

    /**
     * The same footprint of more inputs: links among them are no longer the footprint's, and more may be taken for one
     * another.
     */
    private static LookupDependencies with(LookupDependencies footprint, InputSet inputs, Map<Path, FileStat> entries) {
        Set<Path> all = new HashSet<>();
        Map<Path, FileStat> twins = new HashMap<>();
        for (Input input : inputs.inputs()) {
            all.add(input.path());
            FileStat stat = entries.get(input.path());
            if (stat != null && input instanceof Input.File file && (file.keepTime() || file.group() > 0)) {
                twins.put(file.path(), stat);
            }
        }
        return new LookupDependencies(footprint.names(), footprint.watches(),
                footprint.links().stream().filter(link -> !all.contains(link.path())).toList(), twins);
    }
}
