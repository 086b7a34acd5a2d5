package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CacheScope;
import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompileCommand.Preprocessing;
import dev.floe.command.CompilerFamily;
import dev.floe.command.EnvironmentVariableTable;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.Language;
import dev.floe.command.LocalReason;
import dev.floe.command.SourceLanguage;
import dev.floe.command.options.OptionTable;
import dev.floe.command.options.ParsedArgument;

/** Gathers what one command's arguments say. */
final class CommandParser {
    private static final int MAX_SPECS_BYTES = 1 << 20;
    /** The processor of the machine, for whatever command. */
    private static final Pattern NATIVE_SPECS = Pattern.compile("-m(arch|cpu|tune)=native");

    private final Invocation invocation;
    private final CompilerFamily family;
    private final HostAccess machine;
    private final Path cwd;
    private final CommonOptions common;
    private final NestedOptions nested;
    private final List<String> kept = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<String> natives = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final Set<String> modes = new LinkedHashSet<>();
    private final Set<Path> profileDirectories = new LinkedHashSet<>();
    private List<ParsedArgument> arguments = List.of();
    private @Nullable String language;
    private @Nullable String sourceLanguage;
    private @Nullable String driverMode;
    private boolean profiled;

    CommandParser(Invocation invocation, CompilerFamily family, HostAccess machine) {
        this.invocation = invocation;
        this.family = family;
        this.machine = machine;
        this.cwd = invocation.cwd();
        this.common = new CommonOptions(cwd);
        this.nested = new NestedOptions(cwd, common);
    }

    /** Why the command stays local, as far as known. */
    Optional<LocalReason> reason() {
        return common.reason();
    }

    /** The options that ask for the processor of this machine. */
    List<String> natives() {
        return natives;
    }

    /** Whether the output holds the command line. */
    boolean records() {
        return common.records();
    }

    void read(List<ParsedArgument> words) throws IOException {
        arguments = words;
        for (ParsedArgument argument : arguments) {
            switch (argument) {
                case ParsedArgument.Operand operand -> source(operand.word());
                case ParsedArgument.UnknownOption unknown ->
                    common.keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, unknown.word());
                case ParsedArgument.IncompleteOption incomplete ->
                    common.keepLocal(LocalReason.ReasonCode.MISSING_VALUE, incomplete.word());
                case ParsedArgument.KnownOption known -> driver(known);
            }
        }
        kept.addAll(0, nested.read());
        judge();
    }

    private void source(String word) {
        if (word.equals("-")) {
            common.keepLocal(LocalReason.ReasonCode.STANDARD_INPUT, word);
        }
        sources.add(word);
        kept.add(word);
        sourceLanguage = language;
    }

    private void driver(ParsedArgument.KnownOption known) throws IOException {
        String value = known.value();
        common.addOutputsOf(known.option());
        switch (known.option().effect()) {
            case COMPILE -> modes.add(known.option().spelling());
            case OUTPUT -> common.outputs().main(value);
            case LANGUAGE -> {
                language = value.equals("none") ? null : value;
                kept.addAll(known.words());
            }
            case PROCESSOR -> {
                if (value.startsWith("native")) {
                    natives.add(known.words().getFirst());
                }
                kept.addAll(known.words());
            }
            case CHARSET -> charset(known);
            case PROFILE -> profile(known);
            case PROFILE_DATA -> {
                profiled = true;
                profileDirectories.add(cwd.resolve(value));
            }
            case PROFILE_DIRECTORY -> profileDirectories.add(cwd.resolve(value));
            case SPECS -> specs(known);
            case CONFIGURATION -> configuration(known);
            case PREFIX -> {
                prefixes.add(value);
                kept.addAll(known.words());
            }
            case DRIVER_MODE -> driverMode(known);
            case END -> kept.add("--");
            default -> {
                if (!nested.add(known) && common.apply(known)) {
                    kept.addAll(known.words());
                }
            }
        }
    }

    private void charset(ParsedArgument.KnownOption known) {
        String name = known.value().toLowerCase(Locale.ROOT);
        if (family == CompilerFamily.GCC && !name.equals("utf-8") && !name.equals("utf8")) {
            common.keepLocal(LocalReason.ReasonCode.CHARSET, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private void profile(ParsedArgument.KnownOption known) throws IOException {
        String value = known.value();
        if (!value.startsWith("=") || !isRegular(cwd.resolve(value.substring(1)))) {
            common.keepLocal(LocalReason.ReasonCode.PROFILE, known.words().getFirst());
            return;
        }
        common.addInput(value.substring(1));
    }

    /**
     * A file of the toolchain, or of this directory; where the toolchain has it the compiler says (HeaderSearchPath).
     */
    private void specs(ParsedArgument.KnownOption known) throws IOException {
        Path file = cwd.resolve(known.value());
        if (machine.lstat(file).filter(stat -> stat.kind() == FileStat.FileKind.OTHER).isPresent()) {
            common.keepLocal(LocalReason.ReasonCode.SPECIAL_INPUT, known.words().getFirst());
        } else if (isRegular(file)) {
            common.inputs().add(file);
            if (NATIVE_SPECS.matcher(new String(machine.read(file, MAX_SPECS_BYTES), ISO_8859_1)).find()) {
                common.keepLocal(LocalReason.ReasonCode.NATIVE, known.words().getFirst());
            }
        }
        kept.addAll(known.words());
    }

    /**
     * A file of this directory whose options neither name files that are written nor would keep the command local. One
     * that is named without a directory is searched for where the driver has been built to look.
     */
    private void configuration(ParsedArgument.KnownOption known) throws IOException {
        Optional<ConfigurationFile> file = known.value().contains("/")
                ? ConfigurationFile.read(cwd.resolve(known.value()), machine)
                : Optional.empty();
        if (file.isEmpty()) {
            common.keepLocal(LocalReason.ReasonCode.CONFIGURATION, String.join(" ", known.words()));
            return;
        }
        common.inputs().addAll(file.get().files());
        for (ParsedArgument argument : OptionTable.clang().read(file.get().words())) {
            if (argument instanceof ParsedArgument.KnownOption option && isConfigurable(option)) {
                common.apply(option);
            } else {
                common.keepLocal(LocalReason.ReasonCode.CONFIGURATION,
                        String.join(" ", known.words()) + ", which has " + argument.words().getFirst());
            }
        }
        kept.addAll(known.words());
    }

    private static boolean isConfigurable(ParsedArgument.KnownOption known) {
        return known.option().makes().isEmpty() && switch (known.option().effect()) {
            case FLAG, CODE, SEARCH, FORCED -> true;
            case PROCESSOR -> !known.value().startsWith("native");
            default -> false;
        };
    }

    private void driverMode(ParsedArgument.KnownOption known) {
        if (known.value().equals("gcc") || known.value().equals("g++")) {
            driverMode = known.value();
        } else {
            common.keepLocal(LocalReason.ReasonCode.OTHER_PROGRAMS, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private boolean isRegular(Path path) throws IOException {
        return machine.lstat(path).filter(stat -> stat.kind() == FileStat.FileKind.REGULAR).isPresent();
    }

    /** What only the whole command can tell. */
    private void judge() throws IOException {
        boolean runsPrograms = family == CompilerFamily.GCC || kept.contains("-fno-integrated-as")
                || kept.contains("-no-integrated-as");
        if (runsPrograms && !prefixes.isEmpty()) {
            new ProgramPrefix(invocation, machine).foreign(prefixes)
                    .ifPresent(program -> common.keepLocal(LocalReason.ReasonCode.OTHER_PROGRAMS, program.toString()));
        }
        if (modes.isEmpty()) {
            if (sources.size() == 1 && sourceLanguage().isHeader()) {
                common.keepLocal(LocalReason.ReasonCode.PRECOMPILED_HEADER, sources.getFirst());
            } else {
                common.keepLocal(LocalReason.ReasonCode.NO_COMPILE, "");
            }
        } else if (sources.isEmpty()) {
            common.keepLocal(LocalReason.ReasonCode.NO_SOURCE, "");
        } else if (sources.size() > 1) {
            common.keepLocal(LocalReason.ReasonCode.SEVERAL_SOURCES, String.join(" ", sources));
        } else if (common.outputs().isStandardOutput()) {
            common.keepLocal(LocalReason.ReasonCode.STANDARD_OUTPUT, "-o -");
        } else if (sourceLanguage().isHeader()) {
            common.keepLocal(LocalReason.ReasonCode.PRECOMPILED_HEADER, sources.getFirst());
        } else if (sourceLanguage().language().isEmpty()) {
            common.keepLocal(LocalReason.ReasonCode.LANGUAGE,
                    sourceLanguage == null ? sources.getFirst() : sourceLanguage);
        }
    }

    private SourceLanguage sourceLanguage() {
        return new SourceLanguage(sources.getFirst(), sourceLanguage, family, invocation.argv().getFirst(),
                driverMode);
    }

    /** The plan, for a command that nothing keeps local so far. */
    CommandPlan finish(List<String> argv, List<String> responseFiles) throws IOException {
        Path source = cwd.resolve(sources.getFirst());
        if (!SandboxPaths.canHave(cwd) || !SandboxPaths.canHave(source) && isRegular(source)) {
            return new CommandPlan.Local(new LocalReason(LocalReason.ReasonCode.SANDBOX_PATH, source.toString()));
        }
        OutputPathCollector outputs = common.outputs();
        outputs.settle(sources.getFirst(), suffix(), makesPrimary(), invocation.environment());
        Optional<LocalReason> unfit = outputs.unfit(machine);
        if (unfit.isPresent()) {
            return new CommandPlan.Local(unfit.get());
        }
        Path primary = outputs.primary();
        if (profiled) {
            for (Path file : ProfileDataLocator.candidates(cwd, sources.getFirst(), primary, profileDirectories)) {
                if (isRegular(file)) {
                    common.inputs().add(file);
                }
            }
        }
        responseFiles.forEach(common::addInput);
        String name = sources.getFirst();
        Preprocessing preprocessing = new Preprocessing(kept, name,
                new CompileCommand.HeaderOptions(common.forced(), common.search(), common.precompiled()),
                new CompileCommand.AssemblerOptions(nested.assemblerSearch(), nested.assemblerFiles()),
                common.inputs());
        Map<String, String> carried = EnvironmentVariableTable.standard().carried(invocation.environment());
        CacheScope sharing = CacheScopeRules.judge(family, arguments, cwd.resolve(name), cwd, carried);
        return new CommandPlan.Replay(new CompileCommand(invocation, family,
                new CompileCommand.ReplayedCommand(argv, carried, sharing),
                new CompileCommand.CompiledSource(sourceLanguage().language().orElseThrow(), cwd.resolve(name)),
                new CompileCommand.CommandOutputs(primary, outputs.directories(), outputs.names()), preprocessing));
    }

    /** Of the object's name, if the command does not give one; empty if it makes none. */
    private String suffix() {
        if (modes.contains("-fsyntax-only")) {
            return "";
        }
        boolean bitcode = kept.contains("-emit-llvm"); // -Xclang changes what is in the file, not its name
        return bitcode ? isAssembly() ? ".ll" : ".bc" : isAssembly() ? ".s" : ".o";
    }

    private boolean isAssembly() {
        return modes.contains("-S") || modes.contains("--assemble");
    }

    /** Whether the command ends with 0 only if it has made the object; assembly is preprocessed to nowhere. */
    private boolean makesPrimary() {
        return !(isAssembly() && sourceLanguage().language().map(Language::isAssembler).orElse(false))
                && !nested.hasFrontendWord("-fsyntax-only");
    }
}
