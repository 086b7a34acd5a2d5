package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.OutputNames;

/**
 * Names the files that options make beside the output: what gcc calls auxiliary outputs and dumps.
 *
 * <p>Such a name is a stem and a suffix. The suffix belongs to the option. The stem depends on the compiler, its
 * release and other options: it is the source's or the output's name, with or without its suffix, or that of {@code
 * -dumpbase}; {@code -dumpdir} may stand before it, and so may {@code a-} or the output's name where gcc names files as
 * if it linked. All these stems are allowed, with no suffix but those of the options that the command has.
 */
final class AuxiliaryNames {
    /**
     * {@code NUMBER LETTER . PASS}, as in {@code x.c.005t.original}; with {@code -graph} one that ends in {@code .dot}
     * besides.
     */
    private static final String DUMP = "\\.[0-9]{3}[a-z]\\.[A-Za-z0-9_-]{1,80}(\\.dot)?";
    private static final String ANALYZER = "\\.(analyzer\\.(txt|json\\.gz)"
            + "|[a-z0-9-]{0,40}\\.?(callgraph|eg|eg-[0-9a-z]{1,20}|supergraph|supergraph-eg|"
            + "state-purge|fg)\\.(dot|txt))";
    /** {@code -fdump-ada-spec} names a file after each header. */
    private static final Pattern ADA = Pattern.compile("[a-z0-9_]{1,200}\\.ads");
    /** clang draws a part of the name. */
    private static final String FRAGMENT = "\\.[0-9A-Za-z]{1,20}\\.json";

    private final Path cwd;
    private final Set<String> kinds = new LinkedHashSet<>();
    private final List<String> directories = new ArrayList<>();
    private final List<String> bases = new ArrayList<>();
    private final List<Path> fragments = new ArrayList<>();
    private boolean dependenciesNamed;

    AuxiliaryNames(Path cwd) {
        this.cwd = cwd;
    }

    /** An option of the command makes such files. */
    void add(Collection<String> makes) {
        kinds.addAll(makes);
    }

    /** The command names its dependency file, so that none is named by default. */
    void dependenciesNamed() {
        dependenciesNamed = true;
    }

    /** The value of {@code -dumpdir}: a directory, or what stands before a name. */
    void directory(String value) {
        directories.add(value);
    }

    /** The value of {@code -dumpbase}. */
    void base(String value) {
        bases.add(value);
    }

    /** A directory in which each compile leaves a fragment of a compilation database. */
    void fragments(Path directory) {
        fragments.add(directory);
    }

    /**
     * The names, once the command is known.
     *
     * @param output  the value of {@code -o}; null if there is none, or it leads nowhere
     * @param primary null if the command makes none
     */
    OutputNames names(String source, @Nullable String output, @Nullable Path primary, Collection<Path> named,
            boolean certain) {
        Set<Path> files = new LinkedHashSet<>(named);
        Map<Path, List<Pattern>> patterns = new LinkedHashMap<>();
        if (dependenciesNamed) {
            kinds.remove(".d");
        }
        if (!kinds.isEmpty()) {
            Set<Path> places = places(output);
            List<String> linked = primary == null ? linked(source, output) : List.of();
            List<String> stems = stems(source, output, linked);
            for (Path place : places) {
                for (String stem : stems) {
                    kinds.stream().filter(kind -> kind.startsWith(".")).map(suffix -> place.resolve(stem + suffix))
                            .forEach(files::add);
                }
                if (kinds.contains(".s")) { // which gcc names without a suffix then
                    linked.forEach(stem -> files.add(place.resolve(stem)));
                }
                List<Pattern> shapes = shapes(stems);
                if (!shapes.isEmpty()) {
                    patterns.put(place, shapes);
                }
            }
        }
        Pattern fragment = Pattern.compile(Pattern.quote(name(source)) + FRAGMENT);
        fragments.forEach(place -> patterns.computeIfAbsent(place, _ -> new ArrayList<>()).add(fragment));
        return new OutputNames(files, patterns, certain && primary != null);
    }

    private List<Pattern> shapes(List<String> stems) {
        List<Pattern> shapes = new ArrayList<>();
        for (String stem : stems) {
            if (kinds.contains("dumps")) {
                shapes.add(Pattern.compile(Pattern.quote(stem) + DUMP));
            }
            if (kinds.contains("analyzer")) {
                shapes.add(Pattern.compile(Pattern.quote(stem) + ANALYZER));
            }
        }
        if (kinds.contains("ada")) {
            shapes.add(ADA);
        }
        return shapes;
    }

    private Set<Path> places(@Nullable String output) {
        Set<Path> places = new LinkedHashSet<>();
        places.add(cwd);
        if (output != null) {
            places.add(parent(cwd.resolve(output)));
        }
        directories.forEach(value -> places.add(parent(cwd.resolve(value + "x"))));
        bases.stream().filter(value -> !value.isEmpty()).forEach(value -> places.add(parent(cwd.resolve(value))));
        return places;
    }

    private List<String> stems(String source, @Nullable String output, List<String> linked) {
        Set<String> stems = new LinkedHashSet<>(linked);
        stems.add(name(source));
        stems.add(stem(name(source)));
        if (output != null) {
            String stem = stem(name(output));
            stems.add(stem);
            stems.add(stem + name(source).substring(stem(name(source)).length()));
        }
        for (String base : bases) {
            if (!base.isEmpty()) {
                stems.add(name(base));
                stems.add(stem(name(base)));
            }
        }
        List<String> all = new ArrayList<>(stems);
        for (String directory : directories) {
            String before = directory.substring(directory.lastIndexOf('/') + 1);
            if (!before.isEmpty()) {
                stems.forEach(stem -> all.add(before + stem));
            }
        }
        return all;
    }

    /** What gcc calls them where it makes no object: as if it linked. */
    private static List<String> linked(String source, @Nullable String output) {
        String before = output == null ? "a-" : name(output) + "-";
        return List.of(before + name(source), before + stem(name(source)));
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
