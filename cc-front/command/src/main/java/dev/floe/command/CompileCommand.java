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
 * @param replayed      what runs, wherever it runs
 * @param compiled      the source
 * @param outputs       what it may create
 * @param preprocessing what input discovery needs
 */
public record CompileCommand(Invocation invocation, CompilerFamily family, ReplayedCommand replayed,
        CompiledSource compiled, CommandOutputs outputs, Preprocessing preprocessing) {

    /**
     * A command as it runs, on whatever machine.
     *
     * @param argv        with the compiler's name: as given, except for native processors
     * @param environment the variables that matter, sorted by name; all others must be unset
     * @param sharing     where its result may serve again, as far as its words tell
     */
    public record ReplayedCommand(List<String> argv, Map<String, String> environment, CacheScope sharing) {
        public ReplayedCommand {
            argv = List.copyOf(argv);
            environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        }
    }

    /** The source and what it is compiled as. */
    public record CompiledSource(Language language, Path path) {}

    /**
     * What a command may create.
     *
     * @param primary     the object or assembly; null if the command makes none ({@code -fsyntax-only})
     * @param directories every directory in which it may create files; they need not exist
     * @param names       what the files are called
     */
    public record CommandOutputs(@Nullable Path primary, Set<Path> directories, OutputNames names) {
        public CommandOutputs {
            directories = Collections.unmodifiableSet(new LinkedHashSet<>(directories));
        }
    }

    public List<String> argv() {
        return replayed.argv();
    }

    public Map<String, String> environment() {
        return replayed.environment();
    }

    public CacheScope sharing() {
        return replayed.sharing();
    }

    public Language language() {
        return compiled.language();
    }

    public Path source() {
        return compiled.path();
    }

    public @Nullable Path primaryOutput() {
        return outputs.primary();
    }

    public Set<Path> outputDirectories() {
        return outputs.directories();
    }

    public OutputNames outputNames() {
        return outputs.names();
    }

    public List<Path> namedInputs() {
        return preprocessing.namedInputs();
    }

    /** The same command with other variables. */
    public CompileCommand withEnvironment(Map<String, String> variables) {
        return new CompileCommand(invocation, family, new ReplayedCommand(argv(), variables, sharing()), compiled,
                outputs, preprocessing);
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
     * @param headers           what options say of headers
     * @param assembler         what options say to the assembler
     * @param namedInputs       files that options and response files name, the source not among them; they need not
     *                          exist
     */
    public record Preprocessing(List<String> arguments, String sourceName, HeaderOptions headers,
            AssemblerOptions assembler, List<Path> namedInputs) {
        public Preprocessing {
            arguments = List.copyOf(arguments);
            namedInputs = List.copyOf(namedInputs);
        }

        public List<String> forced() {
            return headers.forced();
        }

        public List<Path> searchDirectories() {
            return headers.searchDirectories();
        }

        public List<Path> precompiled() {
            return headers.precompiled();
        }

        public List<Path> assemblerSearch() {
            return assembler.searchDirectories();
        }

        public List<Path> assemblerFiles() {
            return assembler.files();
        }
    }

    /**
     * What options say of headers.
     *
     * @param forced            operands of {@code -include} and {@code -imacros}
     * @param searchDirectories directories that options name, spelled absolutely
     * @param precompiled       precompiled headers that options name
     */
    public record HeaderOptions(List<String> forced, List<Path> searchDirectories, List<Path> precompiled) {
        public HeaderOptions {
            forced = List.copyOf(forced);
            searchDirectories = List.copyOf(searchDirectories);
            precompiled = List.copyOf(precompiled);
        }
    }

    /**
     * What options say to the assembler.
     *
     * @param searchDirectories directories for {@code .include} and {@code .incbin}
     * @param files             that it reads besides the source
     */
    public record AssemblerOptions(List<Path> searchDirectories, List<Path> files) {
        public AssemblerOptions {
            searchDirectories = List.copyOf(searchDirectories);
            files = List.copyOf(files);
        }
    }
}
