package dev.floe.command.observation;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builder of an observation from records in the order in which they were written. */
final class ObservationBuilder {
    private static final int MAX_GAPS = 20;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;

    private final Set<String> gaps = new LinkedHashSet<>();
    private final ProcessTracker processes = new ProcessTracker(this::addGap);
    private final Set<String> missed = new HashSet<>();
    private final Map<String, Integer> failed = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> listed = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> executed = new HashSet<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> updated = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Set<String> present = new HashSet<>();
    private final Set<String> missing = new HashSet<>();
    private final Map<SystemQuery, Set<String>> queries = new EnumMap<>(SystemQuery.class);

    ProcessTracker processes() {
        return processes;
    }

    void addGap(String reason) {
        if (gaps.size() < MAX_GAPS) {
            gaps.add(reason);
        }
    }

    void addVariable(String name, boolean isSet) {
        (isSet ? present : missing).add(name);
    }

    void addQuery(SystemQuery query, String program) {
        queries.computeIfAbsent(query, any -> new HashSet<>()).add(program);
    }

    void addExecuted(String path) {
        executed.add(path);
    }

    /** The detail is an error number, or whether a written file was not emptied. */
    void addPath(RecordKind kind, String path, int detail) {
        switch (kind) {
            case READ -> read.add(path);
            case LISTED -> listed.add(path);
            case SEEN -> seen.add(path);
            case REMOVED -> removed.add(path);
            case WRITTEN -> (detail == 0 ? written : updated).add(path);
            case MISSED -> addMissed(path, detail);
            case IMAGE, END, FORKED, EXECUTE, NOT_EXECUTED, SPAWNED, VARIABLE, QUERY, GAP, REAPED ->
                throw new IllegalArgumentException(kind + " is not about a path");
        }
    }

    /** What the job made and removed again says nothing about the machine. */
    private void addMissed(String path, int error) {
        if (error != ENOENT && error != ENOTDIR) {
            failed.putIfAbsent(path, error);
        } else if (!written.contains(path) && !updated.contains(path)) {
            missed.add(path);
        }
    }

    Observation build() {
        processes.finish();
        queries.replaceAll((query, programs) -> Set.copyOf(programs));
        return new Observation(List.copyOf(gaps),
                new Observation.Lookups(missed, failed, read, listed, seen, executed),
                new Observation.Changes(written, updated, removed), new Observation.Variables(present, missing),
                queries);
    }

    /** What a number of enum gap in record.h means. */
    static String reasonOf(int gap, String program) throws MalformedObservationException {
        return program + switch (gap) {
            case 1 -> " looked at a relative path in a directory whose path is not known";
            case 2 -> " let libc start a program";
            case 3 -> " looked at paths by numbered system calls";
            case 4 -> " let libc walk a tree of directories";
            case 5 -> " looked at a path that is too long";
            case 6 -> " started a program in another directory";
            case 7 -> " called a function that no library has";
            default -> throw new MalformedObservationException("unknown gap " + gap);
        };
    }
}
