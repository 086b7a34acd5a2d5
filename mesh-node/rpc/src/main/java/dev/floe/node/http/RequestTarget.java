package dev.floe.node.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target in the first line of a request (RFC 9112, 3.2): {@code /path}, or {@code http://authority/path} as clients
 * send it that take this node for a proxy.
 *
 * @param authority of the second form; empty for the first
 * @param path      from its first slash on, not decoded
 */
public record RequestTarget(Optional<String> authority, String path) {
    private static final Pattern ABSOLUTE = Pattern.compile("http://([^/?#]*)([/?#].*)?", Pattern.CASE_INSENSITIVE);

    /** Takes any text; what is no target at all is a path that its reader refuses. */
    public static RequestTarget parse(String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()) {
            return new RequestTarget(Optional.empty(), target);
        }
        String path = absolute.group(2);
        return new RequestTarget(Optional.of(absolute.group(1)),
                path == null ? "/" : path.startsWith("/") ? path : "/" + path);
    }
}
