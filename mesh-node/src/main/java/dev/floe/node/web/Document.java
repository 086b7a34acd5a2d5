package dev.floe.node.web;

import java.nio.charset.StandardCharsets;

/** A body and what it is. */
public record Document(String contentType, byte[] body) {
    static final String JSON = "application/json; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Document json(String text) {
        return new Document(JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    static Document text(String line) {
        return new Document(TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
