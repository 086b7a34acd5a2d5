package dev.floe.node.top.feed;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.floe.node.bounds.PeerText;

/**
 * The fields of a JSON object. A field that is missing or of another type has the default of its type, because nodes of
 * other releases know other fields.
 */
public final class WatchJsonFields {
    private static final int MAX_ELEMENTS = 2000;
    private static final int MAX_FIELDS = 200;
    private static final int MAX_DEPTH = 12;
    private static final int MAX_TEXT_CHARACTERS = 1 << 20;
    private static final JsonFactory JSON = JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH).maxStringLength(MAX_TEXT_CHARACTERS).maxNumberLength(40).build()).build();

    private final Map<String, Object> values;

    private WatchJsonFields(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws IOException if the line is no JSON object */
    public static WatchJsonFields parse(String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the node's answer is no JSON object");
            }
            return object(parser);
        }
    }

    private static WatchJsonFields object(JsonParser parser) throws IOException {
        Map<String, Object> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null && values.size() < MAX_FIELDS) {
                values.put(name, value);
            }
        }
        return new WatchJsonFields(values);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> PeerText.of(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case null, default -> null;
        };
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return elements;
            }
            if (token == null) {
                throw new IOException("the node's answer ends in the middle");
            }
            Object element = value(parser);
            if (element != null && elements.size() < MAX_ELEMENTS) {
                elements.add(element);
            }
        }
    }

    /**
     * Copies the value of a field, as it is.
     *
     * @throws IOException if the line is no JSON object, or has no such field
     */
    public static String copy(String line, String field) throws IOException {
        StringWriter text = new StringWriter(line.length());
        try (JsonParser parser = JSON.createParser(line); JsonGenerator generator = JSON.createGenerator(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                parser.nextToken();
                if (wanted) {
                    generator.copyCurrentStructure(parser);
                    generator.flush();
                    return text.toString();
                }
                parser.skipChildren();
            }
        }
        throw new IOException("the node's answer has no " + field + "; is the node of another release?");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    public double number(String name) {
        return values.get(name) instanceof Double number && Double.isFinite(number) ? number : 0;
    }

    /** A count, an amount or a time; never negative. */
    long amount(String name) {
        return Math.max(0, (long) number(name));
    }

    int count(String name) {
        return (int) Math.min(Integer.MAX_VALUE, amount(name));
    }

    /** A number that may be negative. */
    int integer(String name) {
        return (int) number(name);
    }

    public WatchJsonFields object(String name) {
        return values.get(name) instanceof WatchJsonFields object ? object : new WatchJsonFields(Map.of());
    }

    public List<WatchJsonFields> objects(String name) {
        return elements(name, WatchJsonFields.class);
    }

    List<String> texts(String name) {
        return elements(name, String.class);
    }

    private <T> List<T> elements(String name, Class<T> type) {
        return values.get(name) instanceof List<?> list
                ? list.stream().filter(type::isInstance).map(type::cast).toList()
                : List.of();
    }
}
