package dev.floe.node.audit;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/** All that a command leaves behind, by digest, at the paths of this machine. */
record OutputDigests(SortedMap<String, ProducedFile> files) {
    /** What stands for standard output and error among the files. */
    static final String PRINTED = "(standard output)";
    static final String COMPLAINED = "(standard error)";

    /** One file; {@code mode} is 0 for what the command printed. */
    record ProducedFile(int mode, Digest digest) {}

    /**
     * What a command is served with a result.
     *
     * @throws IOException if it is none that could be served there
     */
    static OutputDigests of(ActionResult result, PathNormalizer anchors) throws IOException {
        SortedMap<String, ProducedFile> files = new TreeMap<>();
        files.put(PRINTED, new ProducedFile(0, digest(result.output())));
        files.put(COMPLAINED, new ProducedFile(0, digest(result.error())));
        for (OutputFile file : result.files()) {
            String path = anchors.toAbsolute(file.path())
                    .orElseThrow(() -> new IOException("a file " + file.path() + ", which has no place here"));
            files.put(path, new ProducedFile(file.mode(), file.form().isEmpty()
                    ? digest(file.content())
                    : Digest.ofBytes(ResultBuilder.render(file, anchors.root()))));
        }
        return new OutputDigests(files);
    }

    private static Digest digest(ResultContent content) {
        return switch (content) {
            case ResultContent.Inline(byte[] bytes) -> Digest.ofBytes(bytes);
            case ResultContent.Stored(Digest digest) -> digest;
        };
    }

    /** Where the two are not the same, in order. */
    List<String> differing(OutputDigests other) {
        SortedSet<String> all = new TreeSet<>(files.keySet());
        all.addAll(other.files.keySet());
        Predicate<String> same = path -> {
            ProducedFile mine = files.get(path);
            return mine != null && mine.equals(other.files.get(path));
        };
        return all.stream().filter(same.negate()).toList();
    }
}
