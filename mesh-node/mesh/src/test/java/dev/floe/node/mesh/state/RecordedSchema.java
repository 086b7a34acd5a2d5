package dev.floe.node.mesh.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.infinispan.protostream.GeneratedSchema;

/** A generated schema as a sorted map from the name of each message or enum to its definition, without blank lines. */
public final class RecordedSchema {
    private static final Pattern DEFINITION = Pattern.compile("(?m)^(message|enum) (\\w+) \\{");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package [\\w.]+;$");

    private RecordedSchema() {}

    /** The definitions of a schema that was generated. */
    public static SortedMap<String, String> of(GeneratedSchema schema) {
        return definitions(schema.getProtoFile());
    }

    /** The definitions of a schema that was recorded as a resource beside {@code test}. */
    public static SortedMap<String, String> read(Class<?> test, String name) {
        try (InputStream in = Objects.requireNonNull(test.getResourceAsStream(name), name)) {
            return definitions(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedMap<String, String> definitions(String schema) {
        SortedMap<String, String> all = new TreeMap<>();
        Matcher header = PACKAGE.matcher(schema);
        int start = header.find() ? header.end() : 0;
        all.put("", schema.substring(start == 0 ? 0 : header.start(), start));
        for (String block : schema.substring(start).split("(?m)^}$", -1)) {
            Matcher definition = DEFINITION.matcher(block);
            if (definition.find()) {
                all.put(definition.group(2), String.join("\n", Arrays.stream(block.split("\n", -1)).map(String::strip)
                        .filter(line -> !line.isEmpty()).toList()));
            }
        }
        return all;
    }
}
