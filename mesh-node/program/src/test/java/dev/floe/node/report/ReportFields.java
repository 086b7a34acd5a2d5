package dev.floe.node.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** The names and numbers in a report's JSON; an element of a list has the name of the list. */
public final class ReportFields {
    private final Set<String> names = new TreeSet<>();
    private final Map<String, BigDecimal> numbers = new LinkedHashMap<>();

    private ReportFields() {}

    public static ReportFields of(String json) throws IOException {
        ReportFields fields = new ReportFields();
        try (JsonParser in = new JsonFactory().createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object: " + json);
            }
            fields.object(in, "");
            if (in.nextToken() != null) {
                throw new IOException("more than an object: " + json);
            }
        }
        return fields;
    }

    private void object(JsonParser in, String prefix) throws IOException {
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + in.currentName();
            names.add(name);
            value(in, in.nextToken(), name);
        }
    }

    private void value(JsonParser in, JsonToken token, String name) throws IOException {
        switch (token) {
            case START_OBJECT -> object(in, name + ".");
            case START_ARRAY -> {
                for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                    value(in, next, name);
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.put(name, in.getDecimalValue());
            default -> {
                // a text or truth value
            }
        }
    }

    public Set<String> names() {
        return names;
    }

    public Map<String, BigDecimal> numbers() {
        return numbers;
    }
}
