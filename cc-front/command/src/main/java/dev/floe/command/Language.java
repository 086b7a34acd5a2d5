package dev.floe.command;

import java.util.Optional;

/**
 * The languages that Floe replays, with the compilers' own names for {@code -x}. {@link #IR}, LLVM's own, is known to
 * clang alone.
 */
public enum Language {
    C("c", true), CXX("c++", true), OBJECTIVE_C("objective-c", true), OBJECTIVE_CXX("objective-c++",
            true), PREPROCESSED_C("cpp-output", false), PREPROCESSED_CXX("c++-cpp-output",
                    false), PREPROCESSED_OBJECTIVE_C("objective-c-cpp-output", false), PREPROCESSED_OBJECTIVE_CXX(
                            "objective-c++-cpp-output",
                            false), ASSEMBLER("assembler",
                                    false), ASSEMBLER_WITH_CPP("assembler-with-cpp", true), IR("ir", false);

    private final String option;
    private final boolean preprocessed;

    Language(String option, boolean preprocessed) {
        this.option = option;
        this.preprocessed = preprocessed;
    }

    /** What {@code -x} calls it. */
    public String option() {
        return option;
    }

    /** Whether the compiler runs the preprocessor over a source of this language. */
    public boolean needsPreprocessing() {
        return preprocessed;
    }

    /** Whether the source is for the assembler, in which directives need no quotes. */
    public boolean isAssembler() {
        return this == ASSEMBLER || this == ASSEMBLER_WITH_CPP;
    }

    /** The language that {@code -x name} asks for; empty if Floe does not replay it. */
    static Optional<Language> named(String name) {
        for (Language language : values()) {
            if (language.option.equals(name)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /** The language that a file's suffix stands for, as gcc and clang agree; empty if none that Floe replays. */
    static Optional<Language> ofFile(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.ofNullable(switch (name.substring(dot + 1)) {
            case "c" -> C;
            case "cc", "cp", "cxx", "cpp", "CPP", "c++", "C" -> CXX;
            case "m" -> OBJECTIVE_C;
            case "mm", "M" -> OBJECTIVE_CXX;
            case "i" -> PREPROCESSED_C;
            case "ii" -> PREPROCESSED_CXX;
            case "mi" -> PREPROCESSED_OBJECTIVE_C;
            case "mii" -> PREPROCESSED_OBJECTIVE_CXX;
            case "s" -> ASSEMBLER;
            case "S", "sx" -> ASSEMBLER_WITH_CPP;
            case "bc", "ll" -> IR;
            default -> null;
        });
    }
}
