package dev.floe.node.web;

import java.nio.charset.StandardCharsets;

/** A body and what it is. */
public record WebDocument(String contentType, byte[] body) {
    static final String JSON = "application/json; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static WebDocument json(String text) {
        return new WebDocument(JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    static WebDocument text(String line) {
        return new WebDocument(TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
