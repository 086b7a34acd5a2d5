package dev.floe.node.executor.admission;

import java.io.IOException;
import java.util.List;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.store.Digest;

/** The limits of an offer: the size of its message is bounded, but work and memory depend on numbers too. */
public final class OfferLimits {
    /** Inputs of one command, told by number or not. */
    public static final int MAX_INPUTS = 200_000;
    /** Each is mounted on its own. */
    static final int MAX_OUTPUT_DIRECTORIES = 256;

    private static final int MAX_ARGUMENTS = 100_000;
    private static final int MAX_VARIABLES = 4096;
    private static final int MAX_NAME = 512;
    private static final int MAX_PATH = 4096;
    /** The kernel takes no longer argument. */
    private static final int MAX_ARGUMENT = 128 << 10;

    private OfferLimits() {}

    /** @throws OfferRejectedException if the offer has more of something than is taken */
    public static void check(Offer offer) throws IOException {
        atMost("inputs", offer.inputs().size(), MAX_INPUTS);
        atMost("arguments", offer.argv().size(), MAX_ARGUMENTS);
        atMost("variables", offer.environment().size(), MAX_VARIABLES);
        atMost("output directories", offer.outputDirectories().size(), MAX_OUTPUT_DIRECTORIES);
        atMost("an argument", MAX_ARGUMENT, offer.argv());
        atMost("a variable", MAX_ARGUMENT, offer.environment());
        atMost("an output directory", MAX_PATH, offer.outputDirectories());
        atMost("a path", MAX_PATH, List.of(offer.program(), offer.directory(), offer.root()));
        atMost("a name", MAX_NAME, List.of(offer.jobId(), offer.submitter(), offer.toolchain(), offer.terminal()));
        SubstituteCompiler other = offer.standIn();
        if (other != null) {
            atMost("arguments", other.options().size() + other.search().size(), MAX_ARGUMENTS);
            atMost("an argument", MAX_ARGUMENT, other.options());
            atMost("an argument", MAX_ARGUMENT, other.search());
            atMost("a path", MAX_PATH, List.of(other.program(), other.signed(), other.sign()));
            atMost("a name", MAX_NAME, List.of(other.toolchain()));
        }
        for (WireInput input : offer.inputs()) {
            check(input);
        }
    }

    /** @throws OfferRejectedException if the input is longer than is taken, or has a name that no file system takes */
    static void check(WireInput input) throws OfferRejectedException {
        if (input.path().length() > MAX_PATH || input.target().length() > MAX_PATH) {
            throw new OfferRejectedException("the offer has an input whose path or target is longer than "
                    + MAX_PATH + " characters");
        }
        if (!isName(input.path()) || !isName(input.target())) {
            throw new OfferRejectedException(
                    "the offer has an input whose path or target has a character that no name can have");
        }
        if (input.kind() == InputKind.LINK && input.target().isEmpty()) {
            throw new OfferRejectedException("the offer has a link that leads nowhere");
        }
        if (input.hash().length > Digest.HASH_BYTES) {
            throw new OfferRejectedException("the offer has an input with a hash of " + input.hash().length + " bytes");
        }
    }

    /** Whether a file system takes the text: it has neither NUL nor half a character. */
    private static boolean isName(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (Character.isHighSurrogate(character) && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))) {
                at++;
            } else if (character == 0 || Character.isSurrogate(character)) {
                return false;
            }
        }
        return true;
    }

    private static void atMost(String what, int count, int most) throws OfferRejectedException {
        if (count > most) {
            throw new OfferRejectedException("the offer has " + count + " " + what + ", more than " + most);
        }
    }

    private static void atMost(String what, int most, List<String> texts) throws OfferRejectedException {
        for (String text : texts) {
            if (text.length() > most) {
                throw new OfferRejectedException(
                        "the offer has " + what + " of " + text.length() + " characters, more than " + most);
            }
        }
    }
}
