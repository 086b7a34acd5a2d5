package dev.floe.store.actioncache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;

/**
 * The result of a command that succeeded.
 *
 * @param origin   who made it
 * @param observed what the command looked for in vain; null if it was not observed
 */
public record ActionResult(ResultContent output, ResultContent error, List<OutputFile> files, ResultOrigin origin,
        @Nullable Observed observed) {
    /**
     * Who made a result.
     *
     * @param maker   id of the node that ran the command
     * @param compute CPU time that it took there
     * @param seal    shows that the maker may write to the cache, where not everybody may
     */
    record ResultOrigin(String maker, Duration compute, ResultSignature seal) {}

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
     * @param variables   of the environment
     * @param queries     other questions of its programs
     * @param directories that were listed
     * @param used        which files among its inputs were looked at, a bit for each
     */
    public record Observed(String gap, byte[] missed, AskedVariables variables, List<String> queries,
            ListedDirectories directories, byte[] used) {
        public Observed {
            queries = List.copyOf(queries);
        }

        public List<String> missingVariables() {
            return variables.missing();
        }

        public List<String> presentVariables() {
            return variables.present();
        }

        public byte[] listed() {
            return directories.paths();
        }

        public byte[] listedNames() {
            return directories.names();
        }
    }

    /** Names of environment variables that a command asked for: those that were not set, and those that were. */
    public record AskedVariables(List<String> missing, List<String> present) {
        public AskedVariables {
            missing = List.copyOf(missing);
            present = List.copyOf(present);
        }
    }

    /** Directories whose names a command read, and what they held; both encoded. */
    public record ListedDirectories(byte[] paths, byte[] names) {
        public static final ListedDirectories NONE = new ListedDirectories(new byte[0], new byte[0]);
    }

    public ActionResult {
        files = List.copyOf(files);
    }

    /** One of a command that was not observed, which nobody has signed. */
    public ActionResult(ResultContent output, ResultContent error, List<OutputFile> files, String maker,
            Duration compute) {
        this(output, error, files, new ResultOrigin(maker, compute, ResultSignature.NONE), null);
    }

    public String maker() {
        return origin.maker();
    }

    public Duration compute() {
        return origin.compute();
    }

    public ResultSignature seal() {
        return origin.seal();
    }

    /** The same with another seal. */
    public ActionResult sealed(ResultSignature other) {
        return new ActionResult(output, error, files, new ResultOrigin(maker(), compute(), other), observed);
    }

    /** The same with another observation. */
    public ActionResult observed(@Nullable Observed other) {
        return new ActionResult(output, error, files, origin, other);
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
