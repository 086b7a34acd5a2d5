package dev.floe.node.cache.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Looks for the name of a directory in bytes: as it is spelled, and as compilers make symbols of it. A name with
 * characters that some format escapes (make, JSON, YAML, C, the URIs of SARIF) has as many spellings as there are
 * formats. Its longest part without such characters is the same in all of them, so that part counts as a mention.
 * This finds too much rather than too little.
 */
final class EmbeddedPathScanner {
    private static final int CHUNK_BYTES = 1 << 18;
    /** Characters that no format escapes. */
    private static final Pattern UNESCAPED = Pattern.compile("[A-Za-z0-9/._+,@-]+");

    /** @param whole whether a longer name that begins so is another one */
    private record Spelling(byte[] bytes, boolean whole) {}

    private final List<Spelling> spellings = new ArrayList<>();
    private final int longest;

    /** @param asSymbol whether the command spells the directory, so that it could be part of a symbol */
    EmbeddedPathScanner(String directory, boolean asSymbol) {
        if (UNESCAPED.matcher(directory).matches()) {
            spellings.add(new Spelling(directory.getBytes(UTF_8), true));
        } else {
            String part = UNESCAPED.matcher(directory).results().map(MatchResult::group)
                    .max(Comparator.comparingInt(String::length)).orElse("");
            spellings.add(new Spelling(part.getBytes(UTF_8), false));
        }
        if (asSymbol) {
            spellings.add(new Spelling((directory.replaceAll("[^A-Za-z0-9]", "_") + "_").getBytes(UTF_8), true));
        }
        longest = 1 + spellings.stream().mapToInt(spelling -> spelling.bytes().length).max().orElse(0);
    }

    boolean occursIn(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] buffer = new byte[CHUNK_BYTES + longest];
            int kept = 0;
            for (int n = in.readNBytes(buffer, kept, CHUNK_BYTES); n > 0; n = in.readNBytes(buffer, kept,
                    CHUNK_BYTES)) {
                int length = kept + n;
                if (occursIn(buffer, length)) {
                    return true;
                }
                kept = Math.min(length, longest);
                System.arraycopy(buffer, length - kept, buffer, 0, kept);
            }
            return false;
        }
    }

    boolean occursIn(byte[] bytes) {
        return occursIn(bytes, bytes.length);
    }

    private boolean occursIn(byte[] bytes, int length) {
        return spellings.stream().anyMatch(spelling -> contains(bytes, length, spelling));
    }

    /** Horspool's search: looks at the last byte of each window, and skips by it. */
    private static boolean contains(byte[] bytes, int length, Spelling spelling) {
        byte[] text = spelling.bytes();
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
            if (i < 0 && (!spelling.whole() || at + last + 1 == length || !isPartOfName(bytes[at + last + 1])
                    || bytes[at + last] == '_')) {
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
