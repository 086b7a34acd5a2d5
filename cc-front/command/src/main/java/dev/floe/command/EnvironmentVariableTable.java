package dev.floe.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The table of environment variables that matter to a compile: a resource with a row for each variable, its effect, and
 * why.
 */
public final class EnvironmentVariableTable {
    /** What becomes of a variable. */
    enum VariableEffect {
        CARRY, DROP, LOCAL
    }

    private static final EnvironmentVariableTable INSTANCE = load();

    private final Map<String, VariableEffect> names = new HashMap<>();
    private final Map<String, VariableEffect> prefixes = new HashMap<>();

    private EnvironmentVariableTable() {}

    /** The table that Floe comes with. */
    public static EnvironmentVariableTable standard() {
        return INSTANCE;
    }

    /** The variables that go along, sorted by name. */
    public Map<String, String> carried(Map<String, String> environment) {
        Map<String, String> carried = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (verdict(name) == VariableEffect.CARRY) {
                carried.put(name, value);
            }
        });
        return carried;
    }

    /** The first variable, by name, that keeps a command local. */
    public Optional<String> keepingLocal(Map<String, String> environment) {
        return environment.keySet().stream().filter(name -> verdict(name) == VariableEffect.LOCAL)
                .min(String::compareTo);
    }

    /** Whether a row says that the variable has no bearing. */
    boolean isDropped(String name) {
        return row(name).filter(verdict -> verdict == VariableEffect.DROP).isPresent();
    }

    private VariableEffect verdict(String name) {
        return row(name).orElse(VariableEffect.DROP);
    }

    private Optional<VariableEffect> row(String name) {
        VariableEffect verdict = names.get(name);
        int underscore = name.indexOf('_');
        return Optional.ofNullable(
                verdict != null || underscore < 0 ? verdict : prefixes.get(name.substring(0, underscore + 1)));
    }

    private static EnvironmentVariableTable load() {
        EnvironmentVariableTable table = new EnvironmentVariableTable();
        try (InputStream in = Objects
                .requireNonNull(EnvironmentVariableTable.class.getResourceAsStream("environment.table"))) {
            new String(in.readAllBytes(), UTF_8).lines().map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("//")).forEach(table::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private void add(String line) {
        String[] columns = line.split("\\s+", 3);
        if (columns.length != 3) {
            throw new IllegalArgumentException("a row has a name, a verdict and a reason: " + line);
        }
        VariableEffect verdict = VariableEffect.valueOf(columns[1].toUpperCase(Locale.ROOT));
        String name = columns[0];
        if (name.endsWith("_*")) {
            prefixes.put(name.substring(0, name.length() - 1), verdict);
        } else {
            names.put(name, verdict);
        }
    }
}
