package dev.floe.node.submitter.wrapper;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Names and variables are bytes to the wrapper and text here; what is not UTF-8 has no text. */
public final class Utf8Strings {
    private static final char REPLACEMENT = '\ufffd';

    private Utf8Strings() {}

    public static Optional<String> text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8); // much faster than a decoder
        return text.indexOf(REPLACEMENT) < 0 ? Optional.of(text) : decoded(bytes);
    }

    /** The text may have the replacement character itself, or stand for bytes that are not UTF-8. */
    private static Optional<String> decoded(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
