package dev.floe.store.actioncache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;

/**
 * The result of a command that succeeded.
 *
 * @param maker   id of the node that ran it
 * @param compute CPU time that it took there
 * @param seal    shows that the maker may write to the cache, where not everybody may
 * @param observed what the command looked for in vain; null if it was not observed
 */
public record ActionResult(ResultContent output, ResultContent error, List<OutputFile> files, String maker,
        Duration compute,
        ResultSignature seal, @Nullable Observed observed) {
    /**
     * A file that the command made.
     *
     * @param path absolute; or relative to the root of the project, which may lie elsewhere on another machine
     * @param mode permission bits
     * @param form how to decode the bytes if they are not the file's own; empty if they are
     */
    public record OutputFile(String path, int mode, ResultContent content, String form) {}

    /**
     * What a command asked for that was not in its tree. Nothing in it has been looked into here.
     *
     * @param gap              why something may have been asked that is not in here; empty if this is complete
     * @param missed           paths that were looked for in vain, encoded
     * @param missingVariables names of environment variables that were asked for and not set; likewise {@code
     *                         presentVariables}
     * @param queries          other questions of its programs
     * @param listed           directories whose names were read, encoded
     * @param listedNames      what they held, encoded
     * @param used             which files among its inputs were looked at, a bit for each
     */
    public record Observed(String gap, byte[] missed, List<String> missingVariables, List<String> presentVariables,
            List<String> queries, byte[] listed, byte[] listedNames, byte[] used) {
        public Observed {
            missingVariables = List.copyOf(missingVariables);
            presentVariables = List.copyOf(presentVariables);
            queries = List.copyOf(queries);
        }

        /** What a command asked for that has looked at no file and read the names of no directory. */
        public Observed(String gap, byte[] missed, List<String> missingVariables, List<String> presentVariables,
                List<String> queries) {
            this(gap, missed, missingVariables, presentVariables, queries, new byte[0], new byte[0], new byte[0]);
        }
    }

    public ActionResult {
        files = List.copyOf(files);
    }

    /** One of a command that was not observed. */
    public ActionResult(ResultContent output, ResultContent error, List<OutputFile> files, String maker,
            Duration compute,
            ResultSignature seal) {
        this(output, error, files, maker, compute, seal, null);
    }

    /** One of a command that was not observed, which nobody has signed. */
    public ActionResult(ResultContent output, ResultContent error, List<OutputFile> files, String maker,
            Duration compute) {
        this(output, error, files, maker, compute, ResultSignature.NONE, null);
    }

    /** The same with another seal. */
    public ActionResult sealed(ResultSignature other) {
        return new ActionResult(output, error, files, maker, compute, other, observed);
    }

    /** The same with another observation. */
    public ActionResult observed(@Nullable Observed other) {
        return new ActionResult(output, error, files, maker, compute, seal, other);
    }

    /** The digests of all that is not in the result itself. */
    public List<Digest> stored() {
        List<Digest> stored = new ArrayList<>(files.size());
        add(output, stored);
        add(error, stored);
        files.forEach(file -> add(file.content(), stored));
        return stored;
    }

    /** Bytes of all outputs together. */
    public long bytes() {
        return output.size() + error.size() + files.stream().mapToLong(file -> file.content().size()).sum();
    }

    private static void add(ResultContent content, List<Digest> stored) {
        if (content instanceof ResultContent.Stored(Digest digest)) {
            stored.add(digest);
        }
    }
}
