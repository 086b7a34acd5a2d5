package dev.floe.command.observation;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The record of all questions that the programs of one job asked the system.
 *
 * <p>Paths are absolute and as they were asked: a relative one is joined with the directory in which it was asked, and
 * nothing is resolved or normalized, because {@code a/../b} depends on what {@code a} is.
 *
 * @param gaps      why something may have been asked that is not in here; empty if the observation is complete
 * @param lookups   the paths that were looked at
 * @param changes   the paths that were changed
 * @param variables the environment variables that were asked for
 * @param queries   other questions, with the programs that asked them
 */
public record Observation(List<String> gaps, Lookups lookups, Changes changes, Variables variables,
        Map<SystemQuery, Set<String>> queries) {
    /**
     * Paths that were looked at.
     *
     * @param missed   those that were not there ({@code ENOENT}, {@code ENOTDIR}), unless the job itself had made them
     * before
     * @param failed   those that could not be looked at for another reason, with the error number
     * @param read     those that were opened for reading
     * @param listed   directories whose names were read
     * @param seen     those that were there when somebody looked whether they are
     * @param executed programs, as they were called and as the kernel names their files
     */
    public record Lookups(Set<String> missed, Map<String, Integer> failed, Set<String> read, Set<String> listed,
            Set<String> seen, Set<String> executed) {
        public Lookups {
            missed = Set.copyOf(missed);
            failed = Map.copyOf(failed);
            read = Set.copyOf(read);
            listed = Set.copyOf(listed);
            seen = Set.copyOf(seen);
            executed = Set.copyOf(executed);
        }
    }

    /**
     * Paths that were changed.
     *
     * @param written created, or opened for writing and emptied
     * @param updated opened for writing and not emptied, so what was in them before may count
     * @param removed removed or renamed
     */
    public record Changes(Set<String> written, Set<String> updated, Set<String> removed) {
        public Changes {
            written = Set.copyOf(written);
            updated = Set.copyOf(updated);
            removed = Set.copyOf(removed);
        }
    }

    /**
     * Names of environment variables that were asked for.
     *
     * @param present those that were set
     * @param missing those that were not
     */
    public record Variables(Set<String> present, Set<String> missing) {
        public Variables {
            present = Set.copyOf(present);
            missing = Set.copyOf(missing);
        }
    }

    public Observation {
        gaps = List.copyOf(gaps);
        queries = Map.copyOf(queries);
    }

    boolean isComplete() {
        return gaps.isEmpty();
    }

    boolean asked(SystemQuery query) {
        return queries.containsKey(query);
    }

    /** Of a job that has left no record, for the given reason. */
    static Observation none(String reason) {
        return new Observation(List.of(reason),
                new Lookups(Set.of(), Map.of(), Set.of(), Set.of(), Set.of(), Set.of()),
                new Changes(Set.of(), Set.of(), Set.of()), new Variables(Set.of(), Set.of()), Map.of());
    }
}
