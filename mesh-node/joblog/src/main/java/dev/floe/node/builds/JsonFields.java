package dev.floe.node.builds;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * The fields of a JSON object that a file holds, which may be damaged. A field that is missing is zero or empty, an
 * unknown one is ignored.
 */
final class JsonFields {
    private static final int MAX_DEPTH = 4;
    private static final int MAX_VALUES = 2_000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(20)
                    .build())
            .build();

    private final Map<String, Object> values;

    private JsonFields(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws IOException if it is no JSON object, or not a whole one */
    static JsonFields parse(String line) throws IOException {
        try (JsonParser in = JSON.createParser(line)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            return new JsonFields(object(in));
        }
    }

    private static Map<String, Object> object(JsonParser in) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME && values.size() < MAX_VALUES) {
            String name = in.currentName();
            values.put(name, value(in, in.nextToken()));
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("an object that does not end");
        }
        return values;
    }

    private static Object value(JsonParser in, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY
                        && list.size() < MAX_VALUES; next = in.nextToken()) {
                    list.add(value(in, next));
                }
                yield list;
            }
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> "";
            case null, default -> throw new IOException("a value that does not end");
        };
    }

    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    long number(String name) {
        return values.get(name) instanceof Long number ? number : 0;
    }

    int count(String name) {
        return (int) Math.clamp(number(name), 0, Integer.MAX_VALUE);
    }

    Duration millis(String name) {
        return Duration.ofMillis(Math.max(0, number(name)));
    }

    Instant time(String name) throws IOException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw new IOException("the field " + name + " is no time", e);
        }
    }

    Map<String, Integer> counts(String name) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        if (values.get(name) instanceof Map<?, ?> object) {
            object.forEach((key, value) -> {
                if (value instanceof Long number) {
                    counts.put(String.valueOf(key), (int) Math.clamp(number, 0, Integer.MAX_VALUE));
                }
            });
        }
        return counts;
    }

    @SuppressWarnings("unchecked") // object() makes such maps only
    JsonFields object(String name) {
        return new JsonFields(values.get(name) instanceof Map<?, ?> object ? (Map<String, Object>) object : Map.of());
    }

    @SuppressWarnings("unchecked") // object() makes such maps only
    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        if (values.get(name) instanceof List<?> list) {
            for (Object value : list) {
                if (value instanceof Map<?, ?> object) {
                    objects.add(new JsonFields((Map<String, Object>) object));
                }
            }
        }
        return objects;
    }
}
