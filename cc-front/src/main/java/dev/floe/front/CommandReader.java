package dev.floe.front;

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

import dev.floe.front.CompileCommand.Preprocessing;
import dev.floe.front.options.Argument;
import dev.floe.front.options.Effect;
import dev.floe.front.options.Option;
import dev.floe.front.options.OptionTable;

/**
 * Gathers what one command's arguments say. Words within words ({@code -Wp,}, {@code -Wa,}, {@code -Xclang}) are kept
 * until the end, because their options may be spread over several words of the command.
 */
final class CommandReader {
    private final Invocation invocation;
    private final Family family;
    private final Machine machine;
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
    private final OutputFiles outputs;
    private final List<String> forced = new ArrayList<>();
    private final List<Path> search = new ArrayList<>();
    private final List<Path> assemblerSearch = new ArrayList<>();
    private final List<Path> assemblerFiles = new ArrayList<>();
    private final List<Path> precompiled = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final Set<String> modes = new LinkedHashSet<>();
    private List<Argument> arguments = List.of();
    private @Nullable String language;
    private @Nullable String sourceLanguage;
    private @Nullable String driverMode;
    private @Nullable Reason reason;
    private boolean records;
    private boolean profiled;
    private final Set<Path> profileDirectories = new LinkedHashSet<>();

    CommandReader(Invocation invocation, Family family, Machine machine) {
        this.invocation = invocation;
        this.family = family;
        this.machine = machine;
        this.cwd = invocation.cwd();
        this.outputs = new OutputFiles(cwd);
    }

    /** Why the command stays local, as far as known. */
    Optional<Reason> reason() {
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

    void read(List<Argument> words) throws IOException {
        arguments = words;
        for (Argument argument : arguments) {
            switch (argument) {
                case Argument.Operand operand -> source(operand.word());
                case Argument.Unknown unknown -> local(Reason.Code.UNKNOWN_OPTION, unknown.word());
                case Argument.Incomplete incomplete -> local(Reason.Code.MISSING_VALUE, incomplete.word());
                case Argument.Known known -> driver(known);
            }
        }
        for (Argument argument : OptionTable.preprocessor().read(preprocessorWords)) {
            preprocessor(argument);
        }
        kept.addAll(0, keptForPreprocessor);
        for (Argument argument : OptionTable.assembler().read(assemblerWords)) {
            assembler(argument);
        }
        for (Argument argument : OptionTable.frontend().read(frontendWords)) {
            frontend(argument);
        }
        kept.addAll(0, keptForFrontend);
        judge();
    }

    private void source(String word) {
        if (word.equals("-")) {
            local(Reason.Code.STANDARD_INPUT, word);
        }
        sources.add(word);
        kept.add(word);
        sourceLanguage = language;
    }

    private void driver(Argument.Known known) throws IOException {
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
    private boolean common(Argument.Known known) {
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
                    if (known.option().effect() == Effect.OUTPUT_APPENDED) {
                        outputs.appended(name);
                    }
                }
            }
            case OUTPUT_PREFIX -> outputs.prefix(known.option().spelling(), value);
            case OUTPUT_DIRECTORY -> outputs.directory(value, known.option().makes().contains("fragments"));
            case LLVM -> {
                if (value.contains("/") || value.contains("load") || value.contains("file")) {
                    local(Reason.Code.UNKNOWN_OPTION, value);
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

    private void preprocessor(Argument argument) {
        if (!(argument instanceof Argument.Known known)) {
            local(Reason.Code.UNKNOWN_OPTION, "-Wp," + argument.words().getFirst());
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

    private void assembler(Argument argument) throws IOException {
        switch (argument) {
            case Argument.Operand operand when operand.word().startsWith("@") ->
                local(Reason.Code.CONFIGURATION, "-Wa," + operand.word());
            case Argument.Operand operand when operand.word().equals("-") ->
                local(Reason.Code.STANDARD_INPUT, "-Wa,-");
            case Argument.Operand operand when !operand.word().isEmpty() -> {
                assemblerFiles.add(cwd.resolve(operand.word()));
                inputs.add(cwd.resolve(operand.word()));
            }
            case Argument.Operand empty -> local(Reason.Code.UNKNOWN_OPTION, "-Wa," + empty.word());
            case Argument.Known known when known.option().effect() == Effect.SEARCH ->
                search(assemblerSearch, known.value());
            case Argument.Known known -> common(known);
            case Argument.Unknown unknown -> local(Reason.Code.UNKNOWN_OPTION, "-Wa," + unknown.word());
            case Argument.Incomplete incomplete -> local(Reason.Code.MISSING_VALUE, "-Wa," + incomplete.word());
        }
    }

    private void frontend(Argument argument) {
        if (argument instanceof Argument.Known known) {
            if (common(known)) {
                for (String word : known.words()) {
                    keptForFrontend.add("-Xclang");
                    keptForFrontend.add(word);
                }
            }
        } else {
            local(Reason.Code.UNKNOWN_OPTION, "-Xclang " + argument.words().getFirst());
        }
    }

    private void charset(Argument.Known known) {
        String name = known.value().toLowerCase(Locale.ROOT);
        if (family == Family.GCC && !name.equals("utf-8") && !name.equals("utf8")) {
            local(Reason.Code.CHARSET, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private void profile(Argument.Known known) throws IOException {
        String value = known.value();
        if (!value.startsWith("=") || !isRegular(cwd.resolve(value.substring(1)))) {
            local(Reason.Code.PROFILE, known.words().getFirst());
            return;
        }
        inputs.add(cwd.resolve(value.substring(1)));
    }

    /** A file of the toolchain, or of this directory; where the toolchain has it the compiler says (SearchList). */
    private void specs(Argument.Known known) throws IOException {
        Path file = cwd.resolve(known.value());
        if (isRegular(file)) {
            inputs.add(file);
        }
        kept.addAll(known.words());
    }

    private void driverMode(Argument.Known known) {
        if (known.value().equals("gcc") || known.value().equals("g++")) {
            driverMode = known.value();
        } else {
            local(Reason.Code.OTHER_PROGRAMS, known.words().getFirst());
        }
        kept.addAll(known.words());
    }

    private boolean isRegular(Path path) throws IOException {
        return machine.lstat(path).filter(stat -> stat.kind() == FileStat.Kind.REGULAR).isPresent();
    }

    private void search(List<Path> directories, String value) {
        if (!value.startsWith("=") && !value.startsWith("$SYSROOT")) {
            directories.add(cwd.resolve(value));
        }
    }

    /** What only the whole command can tell. */
    private void judge() throws IOException {
        boolean runsPrograms = family == Family.GCC || kept.contains("-fno-integrated-as")
                || kept.contains("-no-integrated-as");
        if (runsPrograms && !prefixes.isEmpty()) {
            new ProgramPrefix(invocation, machine).foreign(prefixes)
                    .ifPresent(program -> local(Reason.Code.OTHER_PROGRAMS, program.toString()));
        }
        if (modes.isEmpty()) {
            if (sources.size() == 1 && isHeader()) {
                local(Reason.Code.PRECOMPILED_HEADER, sources.getFirst());
            } else {
                local(Reason.Code.NO_COMPILE, "");
            }
        } else if (sources.isEmpty()) {
            local(Reason.Code.NO_SOURCE, "");
        } else if (sources.size() > 1) {
            local(Reason.Code.SEVERAL_SOURCES, String.join(" ", sources));
        } else if (outputs.isStandardOutput()) {
            local(Reason.Code.STANDARD_OUTPUT, "-o -");
        } else if (isHeader()) {
            local(Reason.Code.PRECOMPILED_HEADER, sources.getFirst());
        } else if (language().isEmpty()) {
            local(Reason.Code.LANGUAGE, sourceLanguage == null ? sources.getFirst() : sourceLanguage);
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
        return language != Language.IR || family == Family.CLANG;
    }

    /** The plan, for a command that nothing keeps local so far. */
    Plan finish(List<String> argv, List<String> responseFiles) throws IOException {
        outputs.settle(sources.getFirst(), suffix(), makesPrimary(), invocation.environment());
        Optional<Reason> unfit = outputs.unfit(machine);
        if (unfit.isPresent()) {
            return new Plan.Local(unfit.get());
        }
        Path primary = outputs.primary();
        if (profiled) {
            for (Path file : ProfileData.candidates(cwd, sources.getFirst(), primary, profileDirectories)) {
                if (isRegular(file)) {
                    inputs.add(file);
                }
            }
        }
        responseFiles.forEach(name -> inputs.add(cwd.resolve(name)));
        String name = sources.getFirst();
        Preprocessing preprocessing = new Preprocessing(kept, name, forced, search, assemblerSearch, assemblerFiles,
                precompiled);
        Map<String, String> carried = EnvironmentTable.standard().carried(invocation.environment());
        Sharing sharing = SharingRules.judge(family, arguments, cwd.resolve(name), cwd, carried);
        return new Plan.Replay(new CompileCommand(invocation, family, argv, language().orElseThrow(),
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

    private void local(Reason.Code code, String detail) {
        if (reason == null) {
            reason = new Reason(code, detail);
        }
    }

    private static Reason.Code code(Option option) {
        return Reason.Code.valueOf(option.detail().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
