package dev.floe.node.cache.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.DepfileFormat;
import dev.floe.command.observation.PathSet;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

/**
 * Makes the result of a command that ran here, for others to use. Where the offer says that places do not matter, the
 * outputs are searched for them all the same: one that names the project's place serves there only. Dependency files
 * name it often, and are kept so that they can be written for another place.
 */
public final class ResultBuilder {
    /** Dependency files of more bytes are not rewritten for another place. */
    private static final long MAX_LAID_BYTES = 64 << 10;
    /** In the text of a dependency file that is kept: the root. It cannot be part of a name. */
    private static final String ROOT = "\0r";

    private final ContentStore store;
    private final String node;

    /** A file that the command made. */
    public record OutputFileOnDisk(String path, int mode, Path file, Digest digest) {}

    /** A result, and what it is the result of. */
    public record BuiltResult(ActionKey key, ActionResult result) {}

    /** @param node id of this node */
    public ResultBuilder(ContentStore store, String node) {
        this.store = store;
        this.node = node;
    }

    /**
     * The result, with all its bytes in the store. The files must not be written to any more.
     *
     * @param observation what the command looked for in vain; null if it was not observed
     */
    public BuiltResult make(Offer offer, List<OutputFileOnDisk> files, Path output, Path error, Duration compute,
            @Nullable WireObservation observation) throws IOException {
        PathNormalizer anchors = PathNormalizer.of(offer);
        if (anchors.portable()) {
            Optional<ActionResult> portable = portable(anchors, files, output, error, compute);
            if (portable.isPresent()) {
                return new BuiltResult(ActionKeyCalculator.of(offer, anchors),
                        portable.get().observed(observed(observation, anchors)));
            }
        }
        List<OutputFile> kept = new ArrayList<>(files.size());
        for (OutputFileOnDisk file : files) {
            kept.add(new OutputFile(file.path(), file.mode(), content(file.file(), file.digest()), ""));
        }
        return new BuiltResult(ActionKeyCalculator.of(offer, anchors.exact()),
                new ActionResult(content(output), content(error), kept, node, compute)
                        .observed(observed(observation, anchors.exact())));
    }

    /** Paths are named as the outputs are. */
    private static ActionResult.@Nullable Observed observed(@Nullable WireObservation observation,
            PathNormalizer anchors)
            throws IOException {
        if (observation == null) {
            return null;
        }
        return new ActionResult.Observed(observation.gap(), named(observation.missed(), anchors),
                new ActionResult.AskedVariables(observation.missingVariables(), observation.presentVariables()),
                observation.queries(), new ActionResult.ListedDirectories(named(observation.listed(), anchors),
                        named(observation.listedNames(), anchors)),
                observation.used());
    }

    private static byte[] named(byte[] paths, PathNormalizer anchors) throws IOException {
        return anchors.portable()
                ? PathSet.encode(PathSet.decode(paths).stream().map(anchors::toPortable).toList())
                : paths;
    }

    private Optional<ActionResult> portable(PathNormalizer anchors, List<OutputFileOnDisk> files, Path output,
            Path error,
            Duration compute) throws IOException {
        EmbeddedPathScanner mentions = new EmbeddedPathScanner(anchors.root(), anchors.prefixMapped());
        if (mentions.occursIn(output) || mentions.occursIn(error)) {
            return Optional.empty();
        }
        List<OutputFile> kept = new ArrayList<>(files.size());
        for (OutputFileOnDisk file : files) {
            String name = anchors.toPortable(file.path());
            if (!mentions.occursIn(file.file())) {
                kept.add(new OutputFile(name, file.mode(), content(file.file(), file.digest()), ""));
                continue;
            }
            Optional<OutputFile> laid = anchors.prefixMapped() && file.digest().size() <= MAX_LAID_BYTES
                    ? rendered(name, file, anchors.root())
                    : Optional.empty();
            if (laid.isEmpty()) {
                return Optional.empty();
            }
            kept.add(laid.get());
        }
        return Optional.of(new ActionResult(content(output), content(error), kept, node, compute));
    }

    private static Optional<OutputFile> rendered(String name, OutputFileOnDisk file, String root) throws IOException {
        byte[] bytes = Files.readAllBytes(file.file());
        String text = new String(bytes, UTF_8);
        return root.matches("[A-Za-z0-9_./+-]+")
                && !Pattern.compile(Pattern.quote(root) + "[^/: \n\\\\]").matcher(text).find()
                && Arrays.equals(text.getBytes(UTF_8), bytes)
                        ? DepfileFormat.of(text)
                                .map(layout -> new OutputFile(name, file.mode(),
                                        new ResultContent.Inline(text.replace(root, ROOT).getBytes(UTF_8)),
                                        layout.name()))
                        : Optional.empty();
    }

    /**
     * The bytes of a dependency file where the project's root is {@code root}.
     *
     * @throws IOException if its form is not known
     */
    public static byte[] render(OutputFile file, String root) throws IOException {
        if (!(file.content() instanceof ResultContent.Inline(byte[] bytes))) {
            throw new IOException("a text that is kept apart from its result");
        }
        try {
            return DepfileFormat.valueOf(file.form()).render(new String(bytes, UTF_8).replace(ROOT, root))
                    .getBytes(UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("a text of form " + file.form(), e);
        }
    }

    private ResultContent content(Path file) throws IOException {
        return Files.size(file) == 0 ? ResultContent.Inline.NONE : content(file, Digest.ofFile(file));
    }

    private ResultContent content(Path file, Digest digest) throws IOException {
        if (digest.size() <= ResultContent.Inline.MAX_BYTES) {
            return new ResultContent.Inline(Files.readAllBytes(file));
        }
        store.share(digest, file);
        return new ResultContent.Stored(digest);
    }
}
