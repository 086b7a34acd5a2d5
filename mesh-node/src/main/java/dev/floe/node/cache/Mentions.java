package dev.floe.node.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Looks for the name of a directory in bytes: as it is spelled, and as compilers make symbols of it. */
final class Mentions {
    private static final int CHUNK_BYTES = 1 << 18;

    private final List<byte[]> texts;
    private final int longest;

    /** @param asSymbol whether the command spells the directory, so that it could be part of a symbol */
    Mentions(String directory, boolean asSymbol) {
        String symbol = directory.replaceAll("[^A-Za-z0-9]", "_") + "_";
        texts = (asSymbol ? List.of(directory, symbol) : List.of(directory)).stream()
                .map(text -> text.getBytes(UTF_8)).toList();
        longest = 1 + texts.stream().mapToInt(text -> text.length).max().orElse(0);
    }

    boolean in(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] buffer = new byte[CHUNK_BYTES + longest];
            int kept = 0;
            for (int n = in.readNBytes(buffer, kept, CHUNK_BYTES); n > 0; n = in.readNBytes(buffer, kept,
                    CHUNK_BYTES)) {
                int length = kept + n;
                if (in(buffer, length)) {
                    return true;
                }
                kept = Math.min(length, longest);
                System.arraycopy(buffer, length - kept, buffer, 0, kept);
            }
            return false;
        }
    }

    boolean in(byte[] bytes) {
        return in(bytes, bytes.length);
    }

    private boolean in(byte[] bytes, int length) {
        return texts.stream().anyMatch(text -> contains(bytes, length, text));
    }

    /** Horspool's search: looks at the last byte of each window, and skips by it. */
    private static boolean contains(byte[] bytes, int length, byte[] text) {
        int last = text.length - 1;
        int[] skip = new int[256];
        Arrays.fill(skip, text.length);
        for (int i = 0; i < last; i++) {
            skip[text[i] & 0xff] = last - i;
        }
        int at = 0;
        while (at + last < length) {
            int i = last;
            while (i >= 0 && bytes[at + i] == text[i]) {
                i--;
            }
            if (i < 0 && (at + last + 1 == length || !isPartOfName(bytes[at + last + 1]) || bytes[at + last] == '_')) {
                return true;
            }
            at += skip[bytes[at + last] & 0xff];
        }
        return false;
    }

    private static boolean isPartOfName(byte next) {
        return next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z' || next >= '0' && next <= '9' || next == '_'
                || next == '-' || next == '.' || next < 0;
    }
}
