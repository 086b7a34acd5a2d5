package dev.floe.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand.Preprocessing;
import dev.floe.command.options.Option;
import dev.floe.command.options.OptionEffect;
import dev.floe.command.options.OptionTable;
import dev.floe.command.options.ParsedArgument;

/**
 * Gathers what one command's arguments say. Words within words ({@code -Wp,}, {@code -Wa,}, {@code -Xclang}) are kept
 * until the end, because their options may be spread over several words of the command.
 */
final class CommandParser {
    private final Invocation invocation;
    private final CompilerFamily family;
    private final HostAccess machine;
    private final Path cwd;
    private final List<String> kept = new ArrayList<>();
    private final List<String> keptForPreprocessor = new ArrayList<>();
    private final List<String> keptForFrontend = new ArrayList<>();
    private final List<String> preprocessorWords = new ArrayList<>();
    private final List<String> assemblerWords = new ArrayList<>();
    private final List<String> frontendWords = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<String> natives = new ArrayList<>();
    private final List<Path> inputs = new ArrayList<>();
    private final OutputPathCollector outputs;
    private final List<String> forced = new ArrayList<>();
    private final List<Path> search = new ArrayList<>();
    private final List<Path> assemblerSearch = new ArrayList<>();
    private final List<Path> assemblerFiles = new ArrayList<>();
    private final List<Path> precompiled = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final Set<String> modes = new LinkedHashSet<>();
    private List<ParsedArgument> arguments = List.of();
    private @Nullable String language;
    private @Nullable String sourceLanguage;
    private @Nullable String driverMode;
    private @Nullable LocalReason reason;
    private boolean records;
    private boolean profiled;
    private final Set<Path> profileDirectories = new LinkedHashSet<>();

    CommandParser(Invocation invocation, CompilerFamily family, HostAccess machine) {
        this.invocation = invocation;
        this.family = family;
        this.machine = machine;
        this.cwd = invocation.cwd();
        this.outputs = new OutputPathCollector(cwd);
    }

    /** Why the command stays local, as far as known. */
    Optional<LocalReason> reason() {
        return Optional.ofNullable(reason);
    }

    /** The options that ask for the processor of this machine. */
    List<String> natives() {
        return natives;
    }

    /** Whether the output holds the command line. */
    boolean records() {
        return records;
    }

    void read(List<ParsedArgument> words) throws IOException {
        arguments = words;
        for (ParsedArgument argument : arguments) {
            switch (argument) {
                case ParsedArgument.Operand operand -> source(operand.word());
                case ParsedArgument.UnknownOption unknown ->
                    local(LocalReason.ReasonCode.UNKNOWN_OPTION, unknown.word());
                case ParsedArgument.Incomplete incomplete ->
                    local(LocalReason.ReasonCode.MISSING_VALUE, incomplete.word());
                case ParsedArgument.KnownOption known -> driver(known);
            }
        }
        for (ParsedArgument argument : OptionTable.preprocessor().read(preprocessorWords)) {
            preprocessor(argument);
        }
        kept.addAll(0, keptForPreprocessor);
        for (ParsedArgument argument : OptionTable.assembler().read(assemblerWords)) {
            assembler(argument);
        }
        for (ParsedArgument argument : OptionTable.frontend().read(frontendWords)) {
            frontend(argument);
        }
        kept.addAll(0, keptForFrontend);
        judge();
    }

    private void source(String word) {
        if (word.equals("-")) {
            local(LocalReason.ReasonCode.STANDARD_INPUT, word);
        }
        sources.add(word);
        kept.add(word);
        sourceLanguage = language;
    }

    private void driver(ParsedArgument.KnownOption known) throws IOException {
        String value = known.value();
        makes(known.option());
        switch (known.option().effect()) {
            case COMPILE -> modes.add(known.option().spelling());
            case OUTPUT -> outputs.main(value);
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
            case PREFIX -> {
                prefixes.add(value);
                kept.addAll(known.words());
            }
            case DRIVER_MODE -> driverMode(known);
            case PREPROCESSOR_LIST -> preprocessorWords.addAll(List.of(value.split(",", -1)));
            case PREPROCESSOR_WORD -> preprocessorWords.add(value);
            case ASSEMBLER_LIST -> assemblerWords.addAll(List.of(value.split(",", -1)));
            case ASSEMBLER_WORD -> assemblerWords.add(value);
            case FRONTEND_WORD -> frontendWords.add(value);
            case END -> kept.add("--");
            default -> {
                if (common(known)) {
                    kept.addAll(known.words());
                }
            }
        }
    }

    private void makes(Option option) {
        outputs.auxiliary().add(option.makes());
        if (option.spelling().equals("-MF")) {
            outputs.auxiliary().dependenciesNamed();
        }
    }

    /** What an option means wherever it stands; whether input discovery wants it too. */
    private boolean common(ParsedArgument.KnownOption known) {
        String value = known.value();
        switch (known.option().effect()) {
            case RECORDS -> records = true;
            case SEARCH -> {
                search(search, value);
                return true;
            }
            case FORCED -> {
                forced.add(value);
                return true;
            }
            case PRECOMPILED -> {
                precompiled.add(cwd.resolve(value));
                inputs.add(cwd.resolve(value));
                return true;
            }
            case INPUT -> {
                inputs.add(cwd.resolve(value));
                return true;
            }
            case OUTPUT_FILE -> outputs.further(value);
            case OUTPUT_ASSIGNED, OUTPUT_APPENDED -> {
                String name = known.option().spelling().equals("-fdiagnostics-add-output=")
                        ? value.replaceFirst("^(.*[:,]file=([^,]*).*|.*)$", "$2")
                        : value.replaceFirst("^[^=]*=?", "");
                if (!name.isEmpty() && !name.equals("stdout") && !name.equals("stderr")) {
                    outputs.further(name);
                    if (known.option().effect() == OptionEffect.OUTPUT_APPENDED) {
                        outputs.appended(name);
                    }
                }
            }
            case OUTPUT_PREFIX -> outputs.prefix(known.option().spelling(), value);
            case OUTPUT_DIRECTORY -> outputs.directory(value, known.option().makes().contains("fragments"));
            case LLVM -> {
                if (value.contains("/") || value.contains("load") || value.contains("file")) {
                    local(LocalReason.ReasonCode.UNKNOWN_OPTION, value);
                }
                return true;
            }
            case LOCAL -> local(code(known.option()), known.words().getFirst());
            case FLAG -> {
                return true;
            }
            default -> {
            }
        }
        return false;
    }

    private void preprocessor(ParsedArgument argument) {
        if (!(argument instanceof ParsedArgument.KnownOption known)) {
            local(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wp," + argument.words().getFirst());
            return;
        }
        makes(known.option());
        if (common(known)) {
            for (String word : known.words()) {
                keptForPreprocessor.add("-Xpreprocessor");
                keptForPreprocessor.add(word);
            }
        }
    }

    private void assembler(ParsedArgument argument) throws IOException {
        switch (argument) {
            case ParsedArgument.Operand operand when operand.word().startsWith("@") ->
                local(LocalReason.ReasonCode.CONFIGURATION, "-Wa," + operand.word());
            case ParsedArgument.Operand operand when operand.word().equals("-") ->
                local(LocalReason.ReasonCode.STANDARD_INPUT, "-Wa,-");
            case ParsedArgument.Operand operand when !operand.word().isEmpty() -> {
                assemblerFiles.add(cwd.resolve(operand.word()));
                inputs.add(cwd.resolve(operand.word()));
            }
            case ParsedArgument.Operand empty -> local(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wa," + empty.word());
            case ParsedArgument.KnownOption known when known.option().effect() == OptionEffect.SEARCH ->
                search(assemblerSearch, known.value());
            case ParsedArgument.KnownOption known -> common(known);
            case ParsedArgument.UnknownOption unknown ->
                local(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wa," + unknown.word());
            case ParsedArgument.Incomplete incomplete ->
                local(LocalReason.ReasonCode.MISSING_VALUE, "-Wa," + incomplete.word());
        }
    }

    private void frontend(ParsedArgument argument) {
        if (argument instanceof ParsedArgument.KnownOption known) {
            if (common(known)) {
                for (String word : known.words()) {
                    keptForFrontend.add("-Xclang");
                    keptForFrontend.add(word);
                }
            }
        } else {
            local(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Xclang " + argument.words().getFirst());
        }
    }

    private void charset(ParsedArgument.KnownOption known) {
        String name = known.value().toLowerCase(Locale.ROOT);
        if (family == CompilerFamily.GCC && !name.equals("utf-8") && !name.equals("utf8")) {
            local(LocalReason.ReasonCode.CHARSET, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private void profile(ParsedArgument.KnownOption known) throws IOException {
        String value = known.value();
        if (!value.startsWith("=") || !isRegular(cwd.resolve(value.substring(1)))) {
            local(LocalReason.ReasonCode.PROFILE, known.words().getFirst());
            return;
        }
        inputs.add(cwd.resolve(value.substring(1)));
    }

    /**
     * A file of the toolchain, or of this directory; where the toolchain has it the compiler says (HeaderSearchPath).
     */
    private void specs(ParsedArgument.KnownOption known) throws IOException {
        Path file = cwd.resolve(known.value());
        if (isRegular(file)) {
            inputs.add(file);
        }
        kept.addAll(known.words());
    }

    private void driverMode(ParsedArgument.KnownOption known) {
        if (known.value().equals("gcc") || known.value().equals("g++")) {
            driverMode = known.value();
        } else {
            local(LocalReason.ReasonCode.OTHER_PROGRAMS, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private boolean isRegular(Path path) throws IOException {
        return machine.lstat(path).filter(stat -> stat.kind() == FileStat.FileKind.REGULAR).isPresent();
    }

    private void search(List<Path> directories, String value) {
        if (!value.startsWith("=") && !value.startsWith("$SYSROOT")) {
            directories.add(cwd.resolve(value));
        }
    }

    /** What only the whole command can tell. */
    private void judge() throws IOException {
        boolean runsPrograms = family == CompilerFamily.GCC || kept.contains("-fno-integrated-as")
                || kept.contains("-no-integrated-as");
        if (runsPrograms && !prefixes.isEmpty()) {
            new ProgramPrefix(invocation, machine).foreign(prefixes)
                    .ifPresent(program -> local(LocalReason.ReasonCode.OTHER_PROGRAMS, program.toString()));
        }
        if (modes.isEmpty()) {
            if (sources.size() == 1 && isHeader()) {
                local(LocalReason.ReasonCode.PRECOMPILED_HEADER, sources.getFirst());
            } else {
                local(LocalReason.ReasonCode.NO_COMPILE, "");
            }
        } else if (sources.isEmpty()) {
            local(LocalReason.ReasonCode.NO_SOURCE, "");
        } else if (sources.size() > 1) {
            local(LocalReason.ReasonCode.SEVERAL_SOURCES, String.join(" ", sources));
        } else if (outputs.isStandardOutput()) {
            local(LocalReason.ReasonCode.STANDARD_OUTPUT, "-o -");
        } else if (isHeader()) {
            local(LocalReason.ReasonCode.PRECOMPILED_HEADER, sources.getFirst());
        } else if (language().isEmpty()) {
            local(LocalReason.ReasonCode.LANGUAGE, sourceLanguage == null ? sources.getFirst() : sourceLanguage);
        }
    }

    private boolean isHeader() {
        return sourceLanguage == null
                ? sources.getFirst().matches(".*\\.(h|hh|H|hp|hxx|hpp|HPP|h\\+\\+|tcc)")
                : sourceLanguage.endsWith("-header");
    }

    private Optional<Language> language() {
        if (sourceLanguage != null) {
            return Language.named(sourceLanguage).filter(this::isKnownToFamily);
        }
        Optional<Language> language = Language.ofFile(sources.getFirst()).filter(this::isKnownToFamily);
        boolean plus = driverMode != null
                ? driverMode.equals("g++")
                : invocation.argv().getFirst().matches(".*(\\+\\+)(-[0-9.]+)?$");
        return !plus ? language : language.map(l -> switch (l) {
            case C -> Language.CXX;
            case PREPROCESSED_C -> Language.PREPROCESSED_CXX;
            default -> l;
        });
    }

    private boolean isKnownToFamily(Language language) {
        return language != Language.IR || family == CompilerFamily.CLANG;
    }

    /** The plan, for a command that nothing keeps local so far. */
    CommandPlan finish(List<String> argv, List<String> responseFiles) throws IOException {
        outputs.settle(sources.getFirst(), suffix(), makesPrimary(), invocation.environment());
        Optional<LocalReason> unfit = outputs.unfit(machine);
        if (unfit.isPresent()) {
            return new CommandPlan.Local(unfit.get());
        }
        Path primary = outputs.primary();
        if (profiled) {
            for (Path file : ProfileDataLocator.candidates(cwd, sources.getFirst(), primary, profileDirectories)) {
                if (isRegular(file)) {
                    inputs.add(file);
                }
            }
        }
        responseFiles.forEach(name -> inputs.add(cwd.resolve(name)));
        String name = sources.getFirst();
        Preprocessing preprocessing = new Preprocessing(kept, name, forced, search, assemblerSearch, assemblerFiles,
                precompiled);
        Map<String, String> carried = EnvironmentVariableTable.standard().carried(invocation.environment());
        CacheScope sharing = CacheScopeRules.judge(family, arguments, cwd.resolve(name), cwd, carried);
        return new CommandPlan.Replay(new CompileCommand(invocation, family, argv, language().orElseThrow(),
                cwd.resolve(name), primary, outputs.directories(), outputs.names(), inputs, carried, preprocessing,
                sharing));
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
        return !(isAssembly() && language().map(Language::isAssembler).orElse(false))
                && !frontendWords.contains("-fsyntax-only");
    }

    private void local(LocalReason.ReasonCode code, String detail) {
        if (reason == null) {
            reason = new LocalReason(code, detail);
        }
    }

    private static LocalReason.ReasonCode code(Option option) {
        return LocalReason.ReasonCode.valueOf(option.detail().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
