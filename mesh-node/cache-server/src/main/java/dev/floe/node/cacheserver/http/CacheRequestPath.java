package dev.floe.node.cacheserver.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of an HTTP request, taken apart: it is the name of a value and never leads to a file.
 *
 * @param segments   decoded, none of them empty, {@code .} or {@code ..}
 * @param collection whether it ends with a slash
 */
record CacheRequestPath(List<String> segments, boolean collection) {
    /** Longest path, in characters. */
    static final int MAX_LENGTH = 2048;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    CacheRequestPath {
        segments = List.copyOf(segments);
    }

    /**
     * Empty if {@code target} is no absolute path: with a query, a host, a segment {@code ..}, control characters or
     * what is not UTF-8.
     */
    static Optional<CacheRequestPath> parse(String target) {
        if (!target.startsWith("/") || target.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : target.split("/")) {
            Optional<String> decoded = decode(segment).filter(CacheRequestPath::allowed);
            if (decoded.isEmpty()) {
                return Optional.empty();
            }
            decoded.filter(text -> !text.isEmpty()).ifPresent(segments::add);
        }
        return Optional.of(new CacheRequestPath(segments, target.endsWith("/")));
    }

    private static boolean allowed(String segment) {
        return !segment.equals(".") && !segment.equals("..")
                && segment.chars().noneMatch(c -> c == '/' || Character.isISOControl(c));
    }

    private static Optional<String> decode(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c <= ' ' || c > '~' || c == '?' || c == '#') {
                return Optional.empty();
            }
            if (c != '%') {
                bytes.write(c);
            } else if (i + 2 < segment.length() && HexFormat.isHexDigit(segment.charAt(i + 1))
                    && HexFormat.isHexDigit(segment.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
                i += 2;
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** Whether a value can have it for its name. */
    boolean isName() {
        return !collection && !segments.isEmpty();
    }

    /** The same for all ways to write the path. */
    String name() {
        return "http:/" + String.join("/", segments);
    }

    /** The SHA-256, 64 lower-case digits, that Bazel's layout says the value has: {@code .../cas/<digest>}. */
    Optional<String> promisedSha256() {
        int count = segments.size();
        return isName() && count >= 2 && segments.get(count - 2).equals("cas")
                && SHA256.matcher(segments.getLast()).matches()
                        ? Optional.of(segments.getLast().toLowerCase(Locale.ROOT))
                        : Optional.empty();
    }
}
