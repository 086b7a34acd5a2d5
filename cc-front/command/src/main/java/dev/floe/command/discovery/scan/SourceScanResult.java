package dev.floe.command.discovery.scan;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * The result of scanning a source for what it may look for or depend on beyond {@code #include}.
 *
 * @param named      files that it names
 * @param inclusion  what it includes
 * @param wrappers   macros of the text that hand their one parameter to {@code __has_include}
 * @param computed   what else names a file by a macro, for the user to read
 * @param features   what it has of these
 * @param dependency what it has of the words of a {@code #pragma GCC dependency} that macros may put together
 */
public record SourceScanResult(NamedFiles named, IncludeOperands inclusion, Set<String> wrappers, Set<String> computed,
        Set<Feature> features, Set<PragmaScanner.Part> dependency) {
    /** What no file's name can be told from. */
    public static final String COMPUTED = "";

    public static final SourceScanResult NONE = new Builder().build();

    /** What the result depends on besides the text. */
    public enum Feature {
        /** It asks to be included once only, by {@code #pragma once}. */
        ONCE,
        /** It uses {@code #import}. */
        IMPORT,
        /** It uses {@code __TIME__} or {@code __DATE__}. */
        CLOCK,
        /** Times of files matter: it uses {@code __TIMESTAMP__} or {@code #pragma GCC dependency}. */
        TIMESTAMP
    }

    /**
     * Files that a text names other than by {@code #include}.
     *
     * @param headers   operands of {@code __has_include} and {@code __has_include_next}, without their delimiters
     * @param embedded  operands of {@code #embed} and {@code __has_embed}
     * @param assembled operands of {@code .incbin} and {@code .include}
     * @param lines     files that {@code #line} and line markers name, from which diagnostics show lines
     */
    record NamedFiles(Set<String> headers, Set<String> embedded, Set<String> assembled, Set<String> lines) {
        NamedFiles {
            headers = Set.copyOf(headers);
            embedded = Set.copyOf(embedded);
            assembled = Set.copyOf(assembled);
            lines = Set.copyOf(lines);
        }
    }

    /**
     * The operands of {@code #include} and its kin; literal ones begin with their opening delimiter.
     *
     * @param literals the literal ones
     * @param next     those of them that stand after {@code #include_next}
     * @param certain  those of them that stand under no condition
     * @param bodies   literal bodies of macros, which may be operands
     * @param macros   macros that stand for an operand; {@link #COMPUTED} for what is more than a name
     */
    record IncludeOperands(Set<String> literals, Set<String> next, Set<String> certain, Set<String> bodies,
            Set<String> macros) {
        IncludeOperands {
            literals = Set.copyOf(literals);
            next = Set.copyOf(next);
            certain = Set.copyOf(certain);
            bodies = Set.copyOf(bodies);
            macros = Set.copyOf(macros);
        }
    }

    public SourceScanResult {
        wrappers = Set.copyOf(wrappers);
        computed = Set.copyOf(computed);
        features = Set.copyOf(features);
        dependency = Set.copyOf(dependency);
    }

    /** How many names it has in all. */
    int names() {
        return headers().size() + embedded().size() + assembled().size() + lines().size() + includes().size()
                + bodies().size() + macros().size() + wrappers.size() + computed.size();
    }

    public Set<String> headers() {
        return named.headers();
    }

    public Set<String> embedded() {
        return named.embedded();
    }

    public Set<String> assembled() {
        return named.assembled();
    }

    public Set<String> lines() {
        return named.lines();
    }

    public Set<String> includes() {
        return inclusion.literals();
    }

    public Set<String> next() {
        return inclusion.next();
    }

    public Set<String> certain() {
        return inclusion.certain();
    }

    public Set<String> bodies() {
        return inclusion.bodies();
    }

    public Set<String> macros() {
        return inclusion.macros();
    }

    public boolean once() {
        return features.contains(Feature.ONCE);
    }

    boolean imports() {
        return features.contains(Feature.IMPORT);
    }

    boolean clock() {
        return features.contains(Feature.CLOCK);
    }

    boolean timestamp() {
        return features.contains(Feature.TIMESTAMP);
    }

    /** What a scanner has found so far. */
    static final class Builder {
        final Set<String> headers = new HashSet<>();
        final Set<String> embedded = new HashSet<>();
        final Set<String> assembled = new HashSet<>();
        final Set<String> lines = new HashSet<>();
        final Set<String> includes = new HashSet<>();
        final Set<String> next = new HashSet<>();
        final Set<String> certain = new HashSet<>();
        final Set<String> bodies = new HashSet<>();
        final Set<String> macros = new HashSet<>();
        final Set<String> wrappers = new HashSet<>();
        final Set<String> computed = new HashSet<>();
        final Set<Feature> features = EnumSet.noneOf(Feature.class);
        final Set<PragmaScanner.Part> dependency = EnumSet.noneOf(PragmaScanner.Part.class);

        /** Adds a feature if the text has it. */
        void add(Feature feature, boolean present) {
            if (present) {
                features.add(feature);
            }
        }

        /** Adds what another text includes, whatever its conditions. */
        void addInclusions(SourceScanResult other) {
            includes.addAll(other.includes());
            next.addAll(other.next());
            macros.addAll(other.macros());
        }

        SourceScanResult build() {
            return new SourceScanResult(new NamedFiles(headers, embedded, assembled, lines),
                    new IncludeOperands(includes, next, certain, bodies, macros), wrappers, computed, features,
                    dependency);
        }
    }
}
