package dev.floe.node.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * What {@code floe doctor} has found.
 *
 * @param state {@code ok}, {@code note} or {@code problem}
 * @param line  the part of the machine, a colon, and the finding
 */
record DoctorFinding(String state, String line) {
    private static final JsonFactory JSON = new JsonFactory();

    String text() {
        return state + " ".repeat(9 - state.length()) + line;
    }

    String json() {
        int colon = line.indexOf(": ");
        return object(json -> {
            json.writeStringField("state", state);
            json.writeStringField("part", colon < 0 ? "" : line.substring(0, colon));
            json.writeStringField("text", colon < 0 ? line : line.substring(colon + 2));
        });
    }

    /** The line after all findings. */
    static String sum(int problems, String text) {
        return object(json -> {
            json.writeNumberField("problems", problems);
            json.writeStringField("text", text);
        });
    }

    private interface FindingBody {
        void write(JsonGenerator json) throws IOException;
    }

    private static String object(FindingBody body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
