package dev.floe.front;

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

/** Which environment variables matter to a compile: a resource with a row a variable, its verdict, and why. */
final class EnvironmentTable {
    /** What becomes of a variable. */
    enum Verdict {
        CARRY, DROP, LOCAL
    }

    private static final EnvironmentTable INSTANCE = load();

    private final Map<String, Verdict> names = new HashMap<>();
    private final Map<String, Verdict> prefixes = new HashMap<>();

    private EnvironmentTable() {}

    /** The table that Floe comes with. */
    static EnvironmentTable standard() {
        return INSTANCE;
    }

    /** The variables that go along, sorted by name. */
    Map<String, String> carried(Map<String, String> environment) {
        Map<String, String> carried = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (verdict(name) == Verdict.CARRY) {
                carried.put(name, value);
            }
        });
        return carried;
    }

    /** The first variable, by name, that keeps a command local. */
    Optional<String> keepingLocal(Map<String, String> environment) {
        return environment.keySet().stream().filter(name -> verdict(name) == Verdict.LOCAL).min(String::compareTo);
    }

    /** Whether a row says that the variable has no bearing. */
    boolean isDropped(String name) {
        return row(name).filter(verdict -> verdict == Verdict.DROP).isPresent();
    }

    private Verdict verdict(String name) {
        return row(name).orElse(Verdict.DROP);
    }

    private Optional<Verdict> row(String name) {
        Verdict verdict = names.get(name);
        int underscore = name.indexOf('_');
        return Optional.ofNullable(
                verdict != null || underscore < 0 ? verdict : prefixes.get(name.substring(0, underscore + 1)));
    }

    private static EnvironmentTable load() {
        EnvironmentTable table = new EnvironmentTable();
        try (InputStream in = Objects
                .requireNonNull(EnvironmentTable.class.getResourceAsStream("environment.table"))) {
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
        Verdict verdict = Verdict.valueOf(columns[1].toUpperCase(Locale.ROOT));
        String name = columns[0];
        if (name.endsWith("_*")) {
            prefixes.put(name.substring(0, name.length() - 1), verdict);
        } else {
            names.put(name, verdict);
        }
    }
}
