package dev.floe.command.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import dev.floe.command.CompilerFamily;

/** The table of missed paths that do not affect a compile: a resource with a row for each path, and why. */
final class LookupTable {
    private static final LookupTable INSTANCE = load();
    private static final String ANYWHERE = "*/";
    private static final String ALL = "*";

    private final List<Row> rows = new ArrayList<>();

    private record Row(CompilerFamily family, String path) {
        boolean covers(Path there) {
            if (path.startsWith(ANYWHERE)) {
                return path.substring(ANYWHERE.length()).equals(String.valueOf(there.getFileName()));
            }
            return path.endsWith(ALL)
                    ? there.toString().startsWith(path.substring(0, path.length() - 1))
                    : there.toString().equals(path);
        }
    }

    private LookupTable() {}

    /** The table that Floe comes with. */
    static LookupTable standard() {
        return INSTANCE;
    }

    /** @param plain without {@code .} and {@code ..}, as a program of this family asked for it */
    boolean isWithoutBearing(CompilerFamily family, Path plain) {
        return rows.stream().anyMatch(row -> row.family() == family && row.covers(plain));
    }

    private static LookupTable load() {
        LookupTable table = new LookupTable();
        try (InputStream in = Objects.requireNonNull(LookupTable.class.getResourceAsStream("lookups.table"))) {
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
            throw new IllegalArgumentException("a row has a family, a path and a reason: " + line);
        }
        rows.add(new Row(CompilerFamily.valueOf(columns[0].toUpperCase(Locale.ROOT)), columns[1]));
    }
}
