package dev.floe.node.audit;

import dev.floe.node.cache.Anchors;
import dev.floe.node.cache.Maker;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All that a command leaves behind, by digest, at the paths of this machine. */
record Outputs(SortedMap<String, Made> files) {
    /** What stands for standard output and error among the files. */
    static final String PRINTED = "(standard output)";
    static final String COMPLAINED = "(standard error)";

    /** One file; {@code mode} is 0 for what the command printed. */
    record Made(int mode, Digest digest) {}

    /**
     * What a command is served with a result.
     *
     * @throws IOException if it is none that could be served there
     */
    static Outputs of(ActionResult result, Anchors anchors) throws IOException {
        SortedMap<String, Made> files = new TreeMap<>();
        files.put(PRINTED, new Made(0, digest(result.output())));
        files.put(COMPLAINED, new Made(0, digest(result.error())));
        for (OutputFile file : result.files()) {
            String path = anchors.path(file.path())
                    .orElseThrow(() -> new IOException("a file " + file.path() + ", which has no place here"));
            files.put(path, new Made(file.mode(), file.form().isEmpty()
                    ? digest(file.content())
                    : Digest.ofBytes(Maker.lay(file, anchors.root()))));
        }
        return new Outputs(files);
    }

    private static Digest digest(Content content) {
        return switch (content) {
            case Content.Inline(byte[] bytes) -> Digest.ofBytes(bytes);
            case Content.Stored(Digest digest) -> digest;
        };
    }

    /** Where the two are not the same, in order. */
    List<String> differing(Outputs other) {
        SortedSet<String> all = new TreeSet<>(files.keySet());
        all.addAll(other.files.keySet());
        Predicate<String> same = path -> {
            Made mine = files.get(path);
            return mine != null && mine.equals(other.files.get(path));
        };
        return all.stream().filter(same.negate()).toList();
    }
}
