package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.LocalReason;
import dev.floe.command.options.Option;
import dev.floe.command.options.OptionEffect;
import dev.floe.command.options.ParsedArgument;

/** What options mean wherever they stand: in the command itself, or in words that it hands to one of its programs. */
final class CommonOptions {
    private final Path cwd;
    private final OutputPathCollector outputs;
    private final List<Path> inputs = new ArrayList<>();
    private final List<String> forced = new ArrayList<>();
    private final List<Path> search = new ArrayList<>();
    private final List<Path> precompiled = new ArrayList<>();
    private @Nullable LocalReason reason;
    private boolean records;

    CommonOptions(Path cwd) {
        this.cwd = cwd;
        this.outputs = new OutputPathCollector(cwd);
    }

    /** Takes an option; whether input discovery wants it too. */
    boolean apply(ParsedArgument.KnownOption known) {
        String value = known.value();
        switch (known.option().effect()) {
            case RECORDS -> records = true;
            case SEARCH -> {
                addDirectory(search, value);
                return true;
            }
            case FORCED -> {
                forced.add(value);
                return true;
            }
            case PRECOMPILED -> {
                precompiled.add(cwd.resolve(value));
                addInput(value);
                return true;
            }
            case INPUT -> {
                addInput(value);
                return true;
            }
            case OUTPUT_FILE -> outputs.further(value);
            case OUTPUT_ASSIGNED, OUTPUT_APPENDED -> addAssignedOutput(known);
            case OUTPUT_PREFIX -> outputs.prefix(known.option().spelling(), value);
            case OUTPUT_DIRECTORY -> outputs.directory(value, known.option().makes().contains("fragments"));
            case LLVM -> {
                if (value.contains("/") || value.contains("load") || value.contains("file")) {
                    keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, value);
                }
                return true;
            }
            case LOCAL -> keepLocal(code(known.option()), known.words().getFirst());
            case FLAG -> {
                return true;
            }
            default -> {
            }
        }
        return false;
    }

    private void addAssignedOutput(ParsedArgument.KnownOption known) {
        String value = known.value();
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

    private static LocalReason.ReasonCode code(Option option) {
        return LocalReason.ReasonCode.valueOf(option.detail().toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Notes which files the compiler makes because of an option. */
    void addOutputsOf(Option option) {
        outputs.auxiliary().add(option.makes());
        if (option.spelling().equals("-MF")) {
            outputs.auxiliary().dependenciesNamed();
        }
    }

    /** Adds a directory of a search list, unless it is one of the toolchain. */
    void addDirectory(List<Path> directories, String value) {
        if (!value.startsWith("=") && !value.startsWith("$SYSROOT")) {
            directories.add(cwd.resolve(value));
        }
    }

    /** Adds a file that the command reads besides its source. */
    void addInput(String name) {
        inputs.add(cwd.resolve(name));
    }

    /** The command stays local; the first reason counts. */
    void keepLocal(LocalReason.ReasonCode code, String detail) {
        if (reason == null) {
            reason = new LocalReason(code, detail);
        }
    }

    Optional<LocalReason> reason() {
        return Optional.ofNullable(reason);
    }

    /** Whether the output has the command line in it. */
    boolean records() {
        return records;
    }

    OutputPathCollector outputs() {
        return outputs;
    }

    /** Files that options name, in order. */
    List<Path> inputs() {
        return inputs;
    }

    /** Operands of {@code -include} and {@code -imacros}. */
    List<String> forced() {
        return forced;
    }

    /** Directories that are searched for headers. */
    List<Path> search() {
        return search;
    }

    /** Precompiled headers. */
    List<Path> precompiled() {
        return precompiled;
    }
}
