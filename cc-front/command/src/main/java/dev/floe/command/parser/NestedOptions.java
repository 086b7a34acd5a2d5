package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.command.LocalReason;
import dev.floe.command.options.OptionEffect;
import dev.floe.command.options.OptionTable;
import dev.floe.command.options.ParsedArgument;

/**
 * Options that the command hands to one of its programs ({@code -Wp,}, {@code -Wa,}, {@code -Xclang}). They are kept
 * until the end, because an option may be spread over several words of the command.
 */
final class NestedOptions {
    private final Path cwd;
    private final CommonOptions common;
    private final List<String> preprocessorWords = new ArrayList<>();
    private final List<String> assemblerWords = new ArrayList<>();
    private final List<String> frontendWords = new ArrayList<>();
    private final List<Path> assemblerSearch = new ArrayList<>();
    private final List<Path> assemblerFiles = new ArrayList<>();

    NestedOptions(Path cwd, CommonOptions common) {
        this.cwd = cwd;
        this.common = common;
    }

    /** Takes a word if it is one for another program. */
    boolean add(ParsedArgument.KnownOption known) {
        String value = known.value();
        switch (known.option().effect()) {
            case PREPROCESSOR_LIST -> preprocessorWords.addAll(List.of(value.split(",", -1)));
            case PREPROCESSOR_WORD -> preprocessorWords.add(value);
            case ASSEMBLER_LIST -> assemblerWords.addAll(List.of(value.split(",", -1)));
            case ASSEMBLER_WORD -> assemblerWords.add(value);
            case FRONTEND_WORD -> frontendWords.add(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Reads all that was added; returns the words that input discovery wants. */
    List<String> read() {
        List<String> kept = new ArrayList<>();
        for (ParsedArgument argument : OptionTable.preprocessor().read(preprocessorWords)) {
            readPreprocessorOption(argument, kept);
        }
        for (ParsedArgument argument : OptionTable.assembler().read(assemblerWords)) {
            readAssemblerOption(argument);
        }
        List<String> keptForFrontend = new ArrayList<>();
        for (ParsedArgument argument : OptionTable.frontend().read(frontendWords)) {
            readFrontendOption(argument, keptForFrontend);
        }
        kept.addAll(0, keptForFrontend);
        return kept;
    }

    private void readPreprocessorOption(ParsedArgument argument, List<String> kept) {
        if (!(argument instanceof ParsedArgument.KnownOption known)) {
            common.keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wp," + argument.words().getFirst());
            return;
        }
        common.addOutputsOf(known.option());
        if (common.apply(known)) {
            keep(kept, "-Xpreprocessor", known);
        }
    }

    private void readAssemblerOption(ParsedArgument argument) {
        switch (argument) {
            case ParsedArgument.Operand operand when operand.word().startsWith("@") ->
                common.keepLocal(LocalReason.ReasonCode.CONFIGURATION, "-Wa," + operand.word());
            case ParsedArgument.Operand operand when operand.word().equals("-") ->
                common.keepLocal(LocalReason.ReasonCode.STANDARD_INPUT, "-Wa,-");
            case ParsedArgument.Operand operand when !operand.word().isEmpty() -> {
                assemblerFiles.add(cwd.resolve(operand.word()));
                common.addInput(operand.word());
            }
            case ParsedArgument.Operand empty ->
                common.keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wa," + empty.word());
            case ParsedArgument.KnownOption known when known.option().effect() == OptionEffect.SEARCH ->
                common.addDirectory(assemblerSearch, known.value());
            case ParsedArgument.KnownOption known -> common.apply(known);
            case ParsedArgument.UnknownOption unknown ->
                common.keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Wa," + unknown.word());
            case ParsedArgument.IncompleteOption incomplete ->
                common.keepLocal(LocalReason.ReasonCode.MISSING_VALUE, "-Wa," + incomplete.word());
        }
    }

    private void readFrontendOption(ParsedArgument argument, List<String> kept) {
        if (!(argument instanceof ParsedArgument.KnownOption known)) {
            common.keepLocal(LocalReason.ReasonCode.UNKNOWN_OPTION, "-Xclang " + argument.words().getFirst());
            return;
        }
        if (common.apply(known)) {
            keep(kept, "-Xclang", known);
        }
    }

    private static void keep(List<String> kept, String before, ParsedArgument.KnownOption known) {
        for (String word : known.words()) {
            kept.add(before);
            kept.add(word);
        }
    }

    /** Whether clang's front end is told this. */
    boolean hasFrontendWord(String word) {
        return frontendWords.contains(word);
    }

    /** Directories that the assembler searches. */
    List<Path> assemblerSearch() {
        return assemblerSearch;
    }

    /** Files that the assembler reads besides the source. */
    List<Path> assemblerFiles() {
        return assemblerFiles;
    }
}
