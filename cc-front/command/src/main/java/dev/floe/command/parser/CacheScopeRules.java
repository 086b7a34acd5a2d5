package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CacheScope;
import dev.floe.command.CompilerFamily;
import dev.floe.command.options.OptionEffect;
import dev.floe.command.options.ParsedArgument;

/**
 * Judges from a command's words where its result may serve. A place reaches an output by debug information, by
 * coverage, or by a word that spells it, directly or through {@code __FILE__}. So a command that spells only relative
 * names and asks for none of these is portable; and so is one that spells its root and maps it away for macros, and for
 * debug information if it makes any. In doubt a result serves where all paths are the same.
 */
final class CacheScopeRules {
    private static final Set<OptionEffect> PATHS = EnumSet.of(OptionEffect.SEARCH, OptionEffect.INPUT,
            OptionEffect.FORCED, OptionEffect.PRECOMPILED,
            OptionEffect.SPECS, OptionEffect.PREFIX, OptionEffect.OUTPUT, OptionEffect.OUTPUT_FILE,
            OptionEffect.OUTPUT_ASSIGNED,
            OptionEffect.OUTPUT_APPENDED,
            OptionEffect.OUTPUT_PREFIX, OptionEffect.OUTPUT_DIRECTORY, OptionEffect.DEPENDENCY);
    /** Outputs hold a time stamp, a duration, or the name of a scratch file. */
    private static final Set<String> UNREPEATABLE = Set.of("--coverage", "-coverage", "-ftest-coverage",
            "-fprofile-arcs", "-fcondition-coverage", "-fpath-coverage", "-ftime-report", "-fmem-report", "-Q", "-v",
            "--verbose", "-time");
    private static final List<String> UNREPEATABLE_BEGINNINGS = List.of("-ftime-trace", "-ftime-report=", "-time=",
            "-fproc-stat-report");
    /** Listings of the assembler with the time of day, its statistics. */
    private static final Pattern UNREPEATABLE_ASSEMBLY = Pattern.compile("(^|,)(-a[a-z]*g[a-z]*(=|,|$)|--stat)");
    /** Words that bring the place into outputs in ways that are not followed here. */
    private static final List<String> DEEP = List.of("coverage", "-fprofile", "unique-internal-linkage", "-fmodule",
            "compilation-dir", "-fworking-directory", "-fembed", "-fdump");
    /** Words that make outputs in which a path could not be seen. */
    private static final List<String> HIDING = List.of("-flto", "-gz", "compress-debug-sections", "-fthinlto");
    /** Each makes a file that names the working directory, with escapes of its own. */
    private static final Set<String> DATABASE = Set.of("-MJ", "-gen-cdb-fragment-path");
    /** gcc names what it finds there by its real place where that is the shorter name. */
    private static final Set<String> SYSTEM_SEARCH = Set.of("-isystem", "-idirafter", "-iwithprefix", "-cxx-isystem");
    private static final Set<String> SYSTEM_VARIABLES = Set.of("C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH");
    private static final Set<String> OWN_VARIABLES = Set.of("PWD", "PATH", "TMPDIR", "TMP", "TEMP");

    private final Path cwd;
    private final List<String> paths = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> pathValues = new ArrayList<>();
    private @Nullable Path macroRoot;
    private @Nullable Path debugRoot;
    private boolean shortens;
    private boolean describesCommand;

    private CacheScopeRules(Path cwd) {
        this.cwd = cwd;
    }

    static CacheScope judge(CompilerFamily family, List<ParsedArgument> arguments, Path source, Path cwd,
            Map<String, String> carried) {
        CacheScopeRules rules = new CacheScopeRules(cwd);
        arguments.forEach(rules::read);
        for (String word : rules.others) {
            if (UNREPEATABLE.contains(word) || UNREPEATABLE_BEGINNINGS.stream().anyMatch(word::startsWith)
                    || UNREPEATABLE_ASSEMBLY.matcher(word).find()) {
                return new CacheScope.None(word);
            }
        }
        rules.shortens |= SYSTEM_VARIABLES.stream().anyMatch(carried::containsKey);
        if (rules.shortens || rules.describesCommand || rules.any(HIDING) || rules.any(DEEP)) {
            return new CacheScope.Exact();
        }
        List<String> variables = carried.entrySet().stream()
                .filter(variable -> !OWN_VARIABLES.contains(variable.getKey())).map(Map.Entry::getValue).toList();
        Optional<CacheScope> portable = rules.macroRoot != null && source.startsWith(rules.macroRoot)
                ? rules.mapped(family, rules.macroRoot, variables)
                : rules.relative(variables);
        return portable.orElse(new CacheScope.Exact());
    }

    private void read(ParsedArgument argument) {
        switch (argument) {
            case ParsedArgument.Operand operand -> {
                paths.add(operand.word());
                pathValues.add(operand.word());
            }
            case ParsedArgument.KnownOption known when isMap(known.option().spelling()) -> map(known);
            case ParsedArgument.KnownOption known when PATHS.contains(known.option().effect()) -> {
                paths.addAll(known.words());
                describesCommand |= DATABASE.contains(known.option().spelling());
                shortens |= SYSTEM_SEARCH.contains(known.option().spelling()) && !known.value().startsWith("/");
                if (known.option().effect() != OptionEffect.DEPENDENCY) {
                    pathValues.add(known.value().substring(known.value().indexOf('=') + 1));
                }
            }
            case ParsedArgument.KnownOption known -> others.addAll(known.words());
            case ParsedArgument.UnknownOption unknown -> others.addAll(unknown.words());
            case ParsedArgument.IncompleteOption incomplete -> others.addAll(incomplete.words());
        }
    }

    private static boolean isMap(String spelling) {
        return spelling.equals("-ffile-prefix-map=") || spelling.equals("-fmacro-prefix-map=")
                || spelling.equals("-fdebug-prefix-map=");
    }

    /** The last map of a kind is the first that the compiler tries. */
    private void map(ParsedArgument.KnownOption known) {
        String value = known.value();
        int equals = value.indexOf('=');
        String from = equals < 0 ? value : value.substring(0, equals);
        if (!from.startsWith("/") || from.length() < 2 || equals >= 0 && value.substring(equals).contains(from)) {
            others.addAll(known.words());
            return;
        }
        Path root = Path.of(from);
        if (!known.option().spelling().equals("-fdebug-prefix-map=")) {
            macroRoot = root;
        }
        if (!known.option().spelling().equals("-fmacro-prefix-map=")) {
            debugRoot = root;
        }
    }

    private boolean any(List<String> parts) {
        return others.stream().anyMatch(word -> parts.stream().anyMatch(word::contains));
    }

    /** Whether the output tells the working directory. */
    private boolean describesPlace() {
        return others.stream()
                .anyMatch(word -> word.startsWith("-g") && !word.equals("-g0") && !word.startsWith("-gno-")
                        || word.startsWith("--debug") || word.startsWith("-Wa,") && word.contains("-g")
                        || word.contains("debug-info"));
    }

    private Optional<CacheScope> mapped(CompilerFamily family, Path root, List<String> variables) {
        if (family == CompilerFamily.CLANG) {
            // __PRETTY_FUNCTION__ names lambdas and unnamed types by a file that is not mapped, and may end as a
            // number.
            return Optional.empty();
        }
        boolean debugMapped = root.equals(debugRoot) && cwd.startsWith(root);
        if (describesPlace() && (!debugMapped || others.stream().anyMatch(word -> word.startsWith("-Wa,")))) {
            return Optional.empty();
        }
        Predicate<String> spells = spelling(root);
        return cwd.startsWith(root) && others.stream().noneMatch(spells) && variables.stream().noneMatch(spells)
                ? Optional.of(new CacheScope.Portable(root, true))
                : Optional.empty();
    }

    private Optional<CacheScope> relative(List<String> variables) {
        if (describesPlace() || macroRoot != null || debugRoot != null) {
            return Optional.empty();
        }
        Path root = cwd;
        for (String value : pathValues) {
            if (!value.startsWith("/")) {
                root = common(root, cwd.resolve(value).normalize());
            }
        }
        if (root.getNameCount() == 0) {
            return Optional.empty();
        }
        Predicate<String> spells = spelling(root);
        return paths.stream().noneMatch(spells) && others.stream().noneMatch(spells)
                && variables.stream().noneMatch(spells)
                        ? Optional.of(new CacheScope.Portable(root, false))
                        : Optional.empty();
    }

    private static Predicate<String> spelling(Path root) {
        String text = root.toString();
        return word -> word.contains(text);
    }

    /** The nearest directory that holds or is {@code directory} and holds {@code path}. */
    private static Path common(Path directory, Path path) {
        Path at = directory;
        while (!path.startsWith(at)) {
            at = Objects.requireNonNull(at.getParent());
        }
        return at;
    }
}
