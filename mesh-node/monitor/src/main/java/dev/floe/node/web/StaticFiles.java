package dev.floe.node.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the page, from the program's own archive. No path of a request names a file of the machine. */
final class StaticFiles {
    /** All names; {@code /} is the first. */
    static final List<String> NAMES = List.of("index.html", "style.css", "icon.svg", "app.js", "store.js", "dom.js",
            "mesh.js", "jobs.js",
            "timeline.js", "lanes.js", "builds.js", "cache.js", "node.js");

    private final Map<String, StaticFile> files = new LinkedHashMap<>();

    /** A file and what tells its versions apart. */
    record StaticFile(WebDocument document, String tag) {}

    StaticFiles() throws IOException {
        for (String name : NAMES) {
            try (InputStream in = StaticFiles.class.getResourceAsStream("page/" + name)) {
                if (in == null) {
                    throw new IOException(
                            "the page's file " + name + " is missing in this installation; install Floe again");
                }
                byte[] bytes = in.readAllBytes();
                files.put("/" + name, new StaticFile(new WebDocument(type(name), bytes), tag(bytes)));
            }
        }
        files.put("/", files.get("/index.html"));
    }

    Optional<StaticFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String tag(byte[] bytes) {
        try {
            return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
