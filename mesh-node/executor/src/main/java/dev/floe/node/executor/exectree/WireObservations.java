package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.floe.command.observation.Observation;
import dev.floe.command.observation.ObservationReader;
import dev.floe.command.observation.PathSet;
import dev.floe.command.observation.SystemQuery;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.FailureText;

/** Makes the observation of a job that is sent to its submitter. */
public final class WireObservations {
    /** More variables than this are asked for by no compiler. */
    private static final int MAX_NAMES = 1000;
    private static final int MAX_NAME = 256;
    /**
     * Without an answer in any output: gcc asks how much memory there is to decide when it collects garbage, and times
     * itself.
     */
    private static final Set<SystemQuery> IRRELEVANT = EnumSet.of(SystemQuery.TIME_OF_DAY, SystemQuery.OTHER_CLOCK,
            SystemQuery.MEMORY);
    /**
     * Questions whose answers are others at another time or on another machine. Any random bytes are as good as any
     * others.
     */
    private static final Set<String> CHANGING = EnumSet
            .of(SystemQuery.DATE, SystemQuery.REALTIME_CLOCK, SystemQuery.PROCESSORS, SystemQuery.HOST_NAME,
                    SystemQuery.SYSTEM_NAME, SystemQuery.USER)
            .stream().map(SystemQuery::name).collect(Collectors.toSet());
    /**
     * What a submitter may do with a path though the sandbox forbids it: {@code EPERM}, {@code EACCES}, {@code EROFS}.
     */
    private static final Set<Integer> FORBIDDEN = Set.of(1, 13, 30);

    private WireObservations() {}

    /** What a job's record says; one that is damaged is a gap. */
    public static WireObservation read(Path record, ObservedTree tree) {
        try {
            return of(tree.withoutProcess(ObservationReader.read(record)), tree);
        } catch (IOException e) {
            return gap("the record cannot be read: " + FailureText.of(e));
        }
    }

    /** Of a job that was not observed. */
    public static WireObservation gap(String why) {
        return new WireObservation(why, new byte[0], List.of(), List.of(), List.of());
    }

    /** Whether the result of the job may serve at another time and for another machine. */
    public static boolean isRepeatable(WireObservation observation) {
        return observation.queries().stream()
                .noneMatch(query -> CHANGING.contains(query.substring(0, query.indexOf(':'))));
    }

    static WireObservation of(Observation observation, ObservedTree tree) {
        List<String> missing = names(observation.variables().missing());
        List<String> present = names(observation.variables().present());
        List<String> queries = queries(observation);
        String gap = Stream.concat(observation.gaps().stream(), forbidden(observation))
                .collect(Collectors.joining("; "));
        if (missing.size() > MAX_NAMES || present.size() > MAX_NAMES || queries.size() > MAX_NAMES) {
            return gap("the command asked for more than " + MAX_NAMES + " variables");
        }
        try {
            Collection<String> listed = listed(observation);
            return new WireObservation(gap, PathSet.encode(missed(observation)), missing, present, queries,
                    PathSet.encode(listed), PathSet.encode(tree.names(listed)),
                    tree.used(observation).toByteArray());
        } catch (IOException e) {
            return gap("what was missed or listed is too much: " + FailureText.of(e));
        }
    }

    private static Stream<String> forbidden(Observation observation) {
        return observation.lookups().failed().entrySet().stream()
                .filter(failure -> FORBIDDEN.contains(failure.getValue()) && !isOfTheSandbox(failure.getKey()))
                .map(failure -> "the sandbox forbids what the command did with " + failure.getKey()).sorted().limit(1);
    }

    /** Without what the sandbox itself provides, and what the job made or removed. */
    private static Collection<String> missed(Observation observation) {
        Observation.Changes changes = observation.changes();
        List<String> missed = new ArrayList<>(observation.lookups().missed().size());
        for (String path : observation.lookups().missed()) {
            if (!isOfTheSandbox(path) && !changes.written().contains(path) && !changes.removed().contains(path)) {
                missed.add(path);
            }
        }
        return missed;
    }

    private static Collection<String> listed(Observation observation) {
        return observation.lookups().listed().stream().filter(path -> !isOfTheSandbox(path)).toList();
    }

    /** Shared memory in {@code /dev} may hold a user's files. */
    static boolean isOfTheSandbox(String path) {
        return !path.contains("/..") && (isBelow(path, "/proc") || isBelow(path, ExecRoot.REPORT_DIRECTORY)
                || isBelow(path, ExecRoot.parent(ExecRoot.RUNNER))
                || isBelow(path, "/dev") && !isBelow(path, "/dev/shm"));
    }

    private static boolean isBelow(String path, String directory) {
        return path.startsWith(directory)
                && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
    }

    /** clang writes each output under a random name first. */
    private static boolean isForTemporaryNames(SystemQuery query, String program) {
        return query == SystemQuery.RANDOM && program.startsWith("clang");
    }

    private static List<String> names(Collection<String> names) {
        return names.stream().filter(name -> !name.isEmpty() && name.length() <= MAX_NAME).sorted().toList();
    }

    private static List<String> queries(Observation observation) {
        Set<String> queries = new TreeSet<>();
        observation.queries().forEach((query, programs) -> {
            if (!IRRELEVANT.contains(query)) {
                programs.stream().map(program -> program.substring(program.lastIndexOf('/') + 1))
                        .filter(program -> !isForTemporaryNames(query, program))
                        .forEach(program -> queries.add(query + ":" + program));
            }
        });
        return List.copyOf(queries);
    }
}
