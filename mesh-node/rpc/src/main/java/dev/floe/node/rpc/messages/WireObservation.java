package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The observation of a command on the wire: what it asked for that was not in its exec root.
 *
 * @param gap              why something may have been asked that is not in here; empty if the observation is complete
 * @param missed           paths that were looked for in vain, as {@code PathSet} encodes them; from a peer, so they may
 *                         be anything
 * @param missingVariables names of variables that were asked for and not set, sorted; likewise {@code presentVariables}
 * @param queries          other questions whose answers may differ between machines or moments: {@code QUERY:PROGRAM},
 *                         sorted
 * @param listed           directories whose names were read, encoded likewise: what else is in them on the submitter
 *                         counts, too
 * @param listedNames      all that these directories held, each by its path, encoded likewise
 * @param used             which of the offer's files were looked at: a bit for each, the first file's is the lowest of
 *                         the first byte, and zeros at the end are left out
 */
@Proto
@ProtoName("JobObservation")
public record WireObservation(String gap, byte[] missed, List<String> missingVariables, List<String> presentVariables,
        List<String> queries, byte[] listed, byte[] listedNames, byte[] used) {
    public WireObservation {
        gap = PeerText.of(Objects.requireNonNullElse(gap, ""));
        missed = Objects.requireNonNullElse(missed, new byte[0]);
        missingVariables = List.copyOf(Objects.requireNonNullElse(missingVariables, List.of()));
        presentVariables = List.copyOf(Objects.requireNonNullElse(presentVariables, List.of()));
        queries = List.copyOf(Objects.requireNonNullElse(queries, List.of()));
        listed = Objects.requireNonNullElse(listed, new byte[0]);
        listedNames = Objects.requireNonNullElse(listedNames, new byte[0]);
        used = Objects.requireNonNullElse(used, new byte[0]);
    }

    /** One of a command that has looked at no file and read the names of no directory. */
    public WireObservation(String gap, byte[] missed, List<String> missingVariables, List<String> presentVariables,
            List<String> queries) {
        this(gap, missed, missingVariables, presentVariables, queries, new byte[0], new byte[0], new byte[0]);
    }

    /** Whether the paths and names in here are all. */
    public boolean isComplete() {
        return gap.isEmpty();
    }
}
