package dev.floe.store.action;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.floe.store.Digest;

/**
 * What a command that succeeded left behind.
 *
 * @param maker   id of the node that ran it
 * @param compute time of the processor that it took there
 * @param seal    shows that the maker may write to the cache, where not everybody may
 */
public record ActionResult(Content output, Content error, List<OutputFile> files, String maker, Duration compute,
        Seal seal) {
    /**
     * A file that the command made.
     *
     * @param path absolute; or relative to the root of the project, which may lie elsewhere on another machine
     * @param mode permission bits
     * @param form how the bytes are to be understood where they are not simply the file's; empty if they are
     */
    public record OutputFile(String path, int mode, Content content, String form) {}

    public ActionResult {
        files = List.copyOf(files);
    }

    /** One that nobody has signed. */
    public ActionResult(Content output, Content error, List<OutputFile> files, String maker, Duration compute) {
        this(output, error, files, maker, compute, Seal.NONE);
    }

    /** The same with another seal. */
    public ActionResult sealed(Seal other) {
        return new ActionResult(output, error, files, maker, compute, other);
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

    private static void add(Content content, List<Digest> stored) {
        if (content instanceof Content.Stored(Digest digest)) {
            stored.add(digest);
        }
    }
}
