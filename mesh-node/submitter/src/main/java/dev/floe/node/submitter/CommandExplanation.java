package dev.floe.node.submitter;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * The explanation of what would happen to a command, and why: facts in order, each with words for people and fields for
 * programs. The decision is {@code local}, {@code remote}, {@code cached} or {@code held}.
 */
final class CommandExplanation {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<Fact> facts = new ArrayList<>();

    /**
     * One fact.
     *
     * @param one whether others of its name may follow; in JSON they are a list
     */
    private record Fact(String name, String text, Map<String, Object> fields, boolean one) {}

    /** Adds a fact whose words are its value. */
    void add(String name, String text) {
        add(name, text, name, text);
    }

    /** @param fields names and values, in turn; a value is a text, a whole number, a truth value or a list of texts */
    void add(String name, String text, Object... fields) {
        facts.add(new Fact(name, text, map(fields), false));
    }

    /** Adds one of several facts of that name. */
    void addOne(String name, String text, Object... fields) {
        facts.add(new Fact(name, text, map(fields), true));
    }

    void decide(String decision, String reason) {
        decide(decision, decision + ": " + reason, reason);
    }

    void decide(String decision, String text, String reason) {
        add("decision", text, "decision", decision, "reason", reason);
    }

    private static Map<String, Object> map(Object... fields) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i + 1 < fields.length; i += 2) {
            map.put((String) fields[i], fields[i + 1]);
        }
        return map;
    }

    /** A line for each fact. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Fact fact : facts) {
            text.append(String.format(Locale.ROOT, "%-10s %s%n", fact.name(), fact.text()));
        }
        return text.toString();
    }

    /**
     * One JSON object on one line. Facts that may occur more than once are lists: {@code learned}, {@code nearest} and
     * {@code nodes}.
     */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Fact fact : facts) {
                if (!fact.one()) {
                    write(json, fact.fields());
                }
            }
            for (String name : List.of("learned", "nearest", "node")) {
                json.writeArrayFieldStart(name.equals("node") ? "nodes" : name);
                for (Fact fact : facts) {
                    if (fact.one() && fact.name().equals(name)) {
                        json.writeStartObject();
                        write(json, fact.fields());
                        json.writeEndObject();
                    }
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, Map<String, Object> fields) throws IOException {
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            json.writeFieldName(field.getKey());
            switch (field.getValue()) {
                case String text -> json.writeString(text);
                case Long number -> json.writeNumber(number);
                case Boolean value -> json.writeBoolean(value);
                case List<?> list -> {
                    json.writeStartArray();
                    for (Object word : list) {
                        json.writeString(String.valueOf(word));
                    }
                    json.writeEndArray();
                }
                default -> throw new IllegalArgumentException(field.getKey() + " is of no such type");
            }
        }
    }
}
