package dev.floe.node.cache;

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

import dev.floe.front.DependencyLayout;
import dev.floe.front.observation.PathSet;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.ContentStore;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;

/**
 * Makes the result of a command that ran here, for others to use. Where the offer says that places do not matter, the outputs are
 * searched for them all the same: one that names the project's place serves there only. Dependency files name it
 * often, and are kept so that they can be written for another place.
 */
public final class Maker {
    /** Dependency files of more bytes are not written anew for another place. */
    private static final long MOST_LAID_BYTES = 64 << 10;
    /** In the text of a dependency file that is kept: the root. It cannot be part of a name. */
    private static final String ROOT = "\0r";

    private final ContentStore store;
    private final String node;

    /** A file that the command made. */
    public record Made(String path, int mode, Path file, Digest digest) {}

    /** A result, and what it is the result of. */
    public record Kept(ActionKey key, ActionResult result) {}

    /** @param node id of this node */
    public Maker(ContentStore store, String node) {
        this.store = store;
        this.node = node;
    }

    /**
     * The result, with all its bytes in the store. The files must not be written to any more.
     *
     * @param observation what the command looked for in vain; null if it was not observed
     */
    public Kept make(Offer offer, List<Made> files, Path output, Path error, Duration compute,
            @Nullable WireObservation observation) throws IOException {
        Anchors anchors = Anchors.of(offer);
        if (anchors.portable()) {
            Optional<ActionResult> portable = portable(anchors, files, output, error, compute);
            if (portable.isPresent()) {
                return new Kept(ActionKeys.of(offer, anchors), portable.get().observed(observed(observation, anchors)));
            }
        }
        List<OutputFile> kept = new ArrayList<>(files.size());
        for (Made file : files) {
            kept.add(new OutputFile(file.path(), file.mode(), content(file.file(), file.digest()), ""));
        }
        return new Kept(ActionKeys.of(offer, anchors.exact()),
                new ActionResult(content(output), content(error), kept, node, compute)
                        .observed(observed(observation, anchors.exact())));
    }

    /** Paths are named as the outputs are. */
    private static ActionResult.@Nullable Observed observed(@Nullable WireObservation observation, Anchors anchors)
            throws IOException {
        if (observation == null) {
            return null;
        }
        return new ActionResult.Observed(observation.gap(), named(observation.missed(), anchors),
                observation.missingVariables(), observation.presentVariables(), observation.queries(),
                named(observation.listed(), anchors), named(observation.listedNames(), anchors), observation.used());
    }

    private static byte[] named(byte[] paths, Anchors anchors) throws IOException {
        return anchors.portable()
                ? PathSet.encode(PathSet.decode(paths).stream().map(anchors::name).toList())
                : paths;
    }

    private Optional<ActionResult> portable(Anchors anchors, List<Made> files, Path output, Path error,
            Duration compute) throws IOException {
        Mentions mentions = new Mentions(anchors.root(), anchors.mapped());
        if (mentions.in(output) || mentions.in(error)) {
            return Optional.empty();
        }
        List<OutputFile> kept = new ArrayList<>(files.size());
        for (Made file : files) {
            String name = anchors.name(file.path());
            if (!mentions.in(file.file())) {
                kept.add(new OutputFile(name, file.mode(), content(file.file(), file.digest()), ""));
                continue;
            }
            Optional<OutputFile> laid = anchors.mapped() && file.digest().size() <= MOST_LAID_BYTES
                    ? laid(name, file, anchors.root())
                    : Optional.empty();
            if (laid.isEmpty()) {
                return Optional.empty();
            }
            kept.add(laid.get());
        }
        return Optional.of(new ActionResult(content(output), content(error), kept, node, compute));
    }

    private static Optional<OutputFile> laid(String name, Made file, String root) throws IOException {
        byte[] bytes = Files.readAllBytes(file.file());
        String text = new String(bytes, UTF_8);
        return root.matches("[A-Za-z0-9_./+-]+")
                && !Pattern.compile(Pattern.quote(root) + "[^/: \n\\\\]").matcher(text).find()
                && Arrays.equals(text.getBytes(UTF_8), bytes)
                        ? DependencyLayout.of(text)
                                .map(layout -> new OutputFile(name, file.mode(),
                                        new Content.Inline(text.replace(root, ROOT).getBytes(UTF_8)), layout.name()))
                        : Optional.empty();
    }

    /**
     * The bytes of a dependency file where the project's root is {@code root}.
     *
     * @throws IOException if its form is not known
     */
    public static byte[] lay(OutputFile file, String root) throws IOException {
        if (!(file.content() instanceof Content.Inline(byte[] bytes))) {
            throw new IOException("a text that is kept apart from its result");
        }
        try {
            return DependencyLayout.valueOf(file.form()).lay(new String(bytes, UTF_8).replace(ROOT, root))
                    .getBytes(UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("a text of form " + file.form(), e);
        }
    }

    private Content content(Path file) throws IOException {
        return Files.size(file) == 0 ? Content.Inline.NONE : content(file, Digest.ofFile(file));
    }

    private Content content(Path file, Digest digest) throws IOException {
        if (digest.size() <= Content.Inline.MOST_BYTES) {
            return new Content.Inline(Files.readAllBytes(file));
        }
        store.share(digest, file);
        return new Content.Stored(digest);
    }
}
