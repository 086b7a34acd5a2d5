package dev.floe.node.web.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The secret that opens the page. A browser keeps a digest of the token, not the token itself. Comparisons take the
 * same time however much of the secret was right.
 */
public final class WebToken {
    /** Longest file that can hold a token, in bytes. */
    public static final int MAX_FILE_BYTES = 512;

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._~-]{16,256}");

    private final byte[] secret;
    private final String cookie;

    private WebToken(String text) {
        secret = digest("token " + text);
        cookie = HexFormat.of().formatHex(digest("cookie " + text));
    }

    /**
     * Reads a token from the text of a file.
     *
     * @throws IllegalArgumentException if it is no token; the message says what one is
     */
    public static WebToken parse(String text) {
        String stripped = text.strip();
        if (!SHAPE.matcher(stripped).matches()) {
            throw new IllegalArgumentException(
                    "a token is 16 to 256 letters, digits or . _ ~ - on one line; make one with:"
                            + " openssl rand -hex 24");
        }
        return new WebToken(stripped);
    }

    /** Whether a client has sent the token. */
    public boolean matches(String text) {
        return MessageDigest.isEqual(secret, digest("token " + text));
    }

    /** Whether a browser has sent back what {@link #cookie} is. */
    boolean matchesCookie(String text) {
        return MessageDigest.isEqual(cookie.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.UTF_8));
    }

    /** What a browser keeps: 64 hexadecimal digits from which the token cannot be found. */
    public String cookie() {
        return cookie;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "WebToken"; // it must not reach a log
    }
}
