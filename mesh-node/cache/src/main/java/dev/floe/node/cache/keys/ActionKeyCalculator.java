package dev.floe.node.cache.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

/**
 * The digest of an offer's action: the toolchain, the words of the command, the working directory, the variables that
 * matter, and each input's path and bytes, in order. With portable {@link PathNormalizer} paths are named apart from
 * where the project lies.
 *
 * <p>Left out is what cannot reach a result: permissions of inputs, since all that is there can be read; times, but for
 * inputs that may be taken for one another; and directories of {@code PATH} other than those in which the driver looks
 * for itself and its tools.
 */
public final class ActionKeyCalculator {
    private static final int VERSION = 1;
    private static final String MANIFEST = "floe manifest 1 ";
    private static final Set<String> SYSTEM_PROGRAMS = Set.of("/usr/bin", "/bin", "/usr/local/bin");

    private final DataOutputStream out;
    private final PathNormalizer anchors;

    private ActionKeyCalculator(DataOutputStream out, PathNormalizer anchors) {
        this.out = out;
        this.anchors = anchors;
    }

    public static ActionKey of(Offer offer, PathNormalizer anchors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            new ActionKeyCalculator(out, anchors).write(offer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ActionKey.of(Digest.ofBytes(bytes.toByteArray()).hash());
    }

    /**
     * Names a command apart from its inputs.
     *
     * @param offer of the command, without inputs
     * @param named files that its words and their surroundings name, which are there
     * @param words those of the command with response files read
     */
    public static ActionKey ofManifest(Offer offer, PathNormalizer anchors, List<String> named, List<String> words) {
        StringBuilder text = new StringBuilder(MANIFEST).append(of(offer, anchors));
        named.forEach(path -> text.append('\n').append(anchors.toPortable(path)));
        text.append('\n');
        words.forEach(word -> text.append('\n').append(anchors.stripRoot(word)));
        return ActionKey.of(Digest.ofBytes(text.toString().getBytes(UTF_8)).hash());
    }

    private void write(Offer offer) throws IOException {
        out.writeInt(VERSION);
        text(offer.toolchain());
        text(anchors.toPortable(offer.program()));
        out.writeBoolean(anchors.portable());
        text(anchors.portable() ? anchors.relativePosition() : offer.directory());
        out.writeInt(offer.argv().size());
        for (String word : offer.argv()) {
            text(anchors.stripRoot(word));
        }
        out.writeInt(offer.environment().size());
        for (String variable : offer.environment()) {
            text(variable(variable, offer.program()));
        }
        out.writeInt(offer.umask());
        text(offer.terminal());
        out.writeInt(offer.outputDirectories().size());
        for (String directory : offer.outputDirectories()) {
            text(anchors.toPortable(directory));
        }
        inputs(offer.inputs());
    }

    private String variable(String variable, String program) {
        if (variable.startsWith("PATH=")) {
            StringBuilder path = new StringBuilder("PATH=");
            String own = program.substring(0, Math.max(0, program.lastIndexOf('/')));
            for (String directory : variable.substring(5).split(":", -1)) {
                if (directory.equals(own) || SYSTEM_PROGRAMS.contains(directory) || !directory.startsWith("/")) {
                    path.append(anchors.toPortable(directory)).append(':');
                }
            }
            return path.toString();
        }
        return variable.startsWith("PWD=") ? "PWD=" + anchors.toPortable(variable.substring(4)) : variable;
    }

    private void inputs(List<WireInput> inputs) throws IOException {
        Map<Integer, Integer> twins = new HashMap<>();
        Map<Long, Integer> times = new HashMap<>();
        for (WireInput input : inputs) {
            if (input.kind() == InputKind.DIRECTORY && anchors.isAbove(input.path())) {
                continue;
            }
            out.writeByte(input.kind().ordinal());
            text(anchors.toPortable(input.path()));
            if (anchors.sharesPrefixOnly(input.path())) {
                text(anchors.root());
            }
            switch (input.kind()) {
                case DIRECTORY -> {
                }
                case LINK -> text(anchors.toPortable(input.target()));
                case FILE -> bytes(input);
                case PRIVATE_FILE -> {
                    bytes(input);
                    // Which of them have one time and which are one file is what compilers compare.
                    out.writeInt(times.computeIfAbsent(input.mtimeNanos(), time -> times.size()));
                    out.writeInt(input.twin() == 0 ? -1 : twins.computeIfAbsent(input.twin(), twin -> twins.size()));
                }
            }
        }
    }

    private void bytes(WireInput input) throws IOException {
        out.write(input.hash());
        out.writeLong(input.size());
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
