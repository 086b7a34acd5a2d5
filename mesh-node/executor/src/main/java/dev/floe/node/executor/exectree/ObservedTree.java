package dev.floe.node.executor.exectree;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.command.observation.Observation;
import dev.floe.node.executor.exectree.ExecRootPlan.PlannedEntry;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;

/**
 * A job's tree as its observation tells of it: which of the offer's files were looked at, and what the directories held
 * that were listed.
 */
public final class ObservedTree {
    /** Files that the C library opens by itself, which the observer does not see. */
    private static final List<String> OF_THE_C_LIBRARY = List.of("/usr/lib/locale/", "/usr/share/", "/etc/");
    private static final String CONVERSIONS = "/gconv/";
    /** By these names each process means a directory of its own. */
    private static final List<String> WORKING_DIRECTORY = List.of("/proc/self/cwd", "/proc/thread-self/cwd");
    private static final String OWN_ROOT = "/proc/self/root";

    private final ExecRootPlan plan;
    private final ExecRootPathResolver walk;
    private final Map<String, Integer> numbers = new HashMap<>(); // of the offer's files, in order
    private final String directory;

    /** @param directory in which the job runs */
    ObservedTree(ExecRootPlan plan, List<WireInput> inputs, String directory) {
        this.plan = plan;
        this.directory = directory;
        this.walk = new ExecRootPathResolver(plan);
        for (WireInput input : inputs) {
            if (input.kind() == InputKind.FILE || input.kind() == InputKind.PRIVATE_FILE) {
                numbers.putIfAbsent(input.path(), numbers.size());
            }
        }
    }

    /** The observation without names that mean something else to another process. */
    Observation withoutProcess(Observation observation) {
        Observation.Lookups lookups = observation.lookups();
        if (Stream.of(lookups.missed(), lookups.failed().keySet(), lookups.read(), lookups.listed(), lookups.seen())
                .flatMap(Collection::stream).noneMatch(path -> !withoutProcess(path).equals(path))) {
            return observation;
        }
        Map<String, Integer> failed = new HashMap<>();
        lookups.failed().forEach((path, error) -> failed.putIfAbsent(withoutProcess(path), error));
        return new Observation(observation.gaps(),
                new Observation.Lookups(withoutProcess(lookups.missed()), failed, withoutProcess(lookups.read()),
                        withoutProcess(lookups.listed()), withoutProcess(lookups.seen()), lookups.executed()),
                observation.changes(), observation.variables(), observation.queries());
    }

    private Set<String> withoutProcess(Set<String> paths) {
        return paths.stream().map(this::withoutProcess).collect(Collectors.toSet());
    }

    private String withoutProcess(String path) {
        if (!path.startsWith("/proc/")) {
            return path;
        }
        for (String link : WORKING_DIRECTORY) {
            if (path.equals(link) || path.startsWith(link + "/")) {
                return directory + path.substring(link.length());
            }
        }
        return path.startsWith(OWN_ROOT + "/") ? path.substring(OWN_ROOT.length()) : path;
    }

    /**
     * The numbers of the files among the inputs that a program looked at, in whichever way. All of them, if a program
     * read something unknown.
     */
    BitSet used(Observation observation) {
        BitSet used = new BitSet(numbers.size());
        numbers.forEach((path, number) -> {
            if (OF_THE_C_LIBRARY.stream().anyMatch(path::startsWith) || path.contains(CONVERSIONS)) {
                used.set(number);
            }
        });
        Observation.Lookups lookups = observation.lookups();
        boolean known = Stream
                .of(lookups.read(), lookups.seen(), lookups.failed().keySet(), lookups.executed(),
                        observation.changes().updated())
                .flatMap(Collection::stream).allMatch(path -> use(path, observation.changes(), used));
        if (!known) {
            used.set(0, numbers.size());
        }
        return used;
    }

    private boolean use(String path, Observation.Changes changes, BitSet used) {
        Integer number = numbers.get(path);
        if (number == null) {
            String real = walk.resolve(path).orElse(path);
            number = numbers.get(real);
            if (number == null) {
                return isKnown(real) || changes.written().contains(path) || WireObservations.isOfTheSandbox(path);
            }
        }
        used.set(number);
        return true;
    }

    /** Whether it is the root, or in the tree. */
    private boolean isKnown(String real) {
        return real.isEmpty() || plan.at(real).isPresent();
    }

    /** All that some directories held, each by the path of its directory as it was asked for. */
    Collection<String> names(Collection<String> listed) {
        List<String> names = new ArrayList<>();
        for (String directory : listed) {
            Optional<String> real = walk.resolve(directory);
            real.ifPresent(at -> below(at).forEach(
                    name -> names.add((directory.endsWith("/") ? directory : directory + "/") + name)));
        }
        return names;
    }

    private Stream<String> below(String directory) {
        @Nullable
        PlannedEntry place = plan.at(directory).orElse(null);
        if (!directory.isEmpty() && !(place instanceof PlannedEntry.PlannedDirectory)) {
            return Stream.empty();
        }
        int prefix = directory.length() + 1;
        return plan.places().subMap(directory + "/", directory + (char) ('/' + 1)).keySet().stream()
                .filter(path -> path.length() > prefix && path.indexOf('/', prefix) < 0)
                .map(path -> path.substring(prefix));
    }
}
