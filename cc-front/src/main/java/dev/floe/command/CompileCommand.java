package dev.floe.command;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A compile that can run elsewhere. Paths are absolute and spelled as the command spells them: neither links nor
 * {@code ..} are resolved.
 *
 * @param argv              to replay, with the compiler's name: as given, but for native processors
 * @param primaryOutput     the object or assembly; null if the command makes none ({@code -fsyntax-only})
 * @param outputDirectories every directory in which the command may create files; they need not exist
 * @param outputNames       what the files are called that the command may create
 * @param namedInputs       files that options and response files name, the source not among them; they need not exist
 * @param environment       the variables that matter, sorted by name; all else must be unset in the replay
 * @param preprocessing     what input discovery needs
 * @param sharing           where its result may serve again, as far as its words tell
 */
public record CompileCommand(Invocation invocation, CompilerFamily family, List<String> argv, Language language,
        Path source,
        @Nullable Path primaryOutput, Set<Path> outputDirectories, OutputNames outputNames, List<Path> namedInputs,
        Map<String, String> environment, Preprocessing preprocessing, CacheScope sharing) {
    public CompileCommand {
        argv = List.copyOf(argv);
        outputDirectories = Collections.unmodifiableSet(new LinkedHashSet<>(outputDirectories));
        namedInputs = List.copyOf(namedInputs);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** The same command with other variables. */
    public CompileCommand withEnvironment(Map<String, String> variables) {
        return new CompileCommand(invocation, family, argv, language, source, primaryOutput, outputDirectories,
                outputNames, namedInputs, variables, preprocessing, sharing);
    }

    /** Whether a variable is known to have no bearing on a compile, although compilers may ask for it. */
    public static boolean isWithoutBearing(String variable) {
        return EnvironmentVariableTable.standard().isDropped(variable);
    }

    /** The working directory in which the command runs. */
    public Path cwd() {
        return invocation.cwd();
    }

    /**
     * What matters to finding inputs.
     *
     * @param arguments         the command's arguments, response files expanded, without all that makes it write files
     * @param sourceName        the source as the command spells it
     * @param forced            operands of {@code -include} and {@code -imacros}
     * @param searchDirectories directories that options name for headers, spelled absolutely
     * @param assemblerSearch   directories that options name for {@code .include} and {@code .incbin}
     * @param assemblerFiles    files that the assembler reads besides the source
     * @param precompiled       precompiled headers that options name
     */
    public record Preprocessing(List<String> arguments, String sourceName, List<String> forced,
            List<Path> searchDirectories, List<Path> assemblerSearch, List<Path> assemblerFiles,
            List<Path> precompiled) {
        public Preprocessing {
            arguments = List.copyOf(arguments);
            forced = List.copyOf(forced);
            searchDirectories = List.copyOf(searchDirectories);
            assemblerSearch = List.copyOf(assemblerSearch);
            assemblerFiles = List.copyOf(assemblerFiles);
            precompiled = List.copyOf(precompiled);
        }
    }
}
