package dev.floe.command.options;

/** The effect of an option on the replay of a command and on the search for its inputs. */
public enum OptionEffect {
    /** May change what is preprocessed; nothing else to know. */
    FLAG,
    /** Changes only what is done after preprocessing, or makes further files beside the output. */
    CODE,
    /** Asks for an object, assembly, or a check without output. */
    COMPILE,
    /** Names the output. */
    OUTPUT,
    /** Shapes the dependency file without naming it. */
    DEPENDENCY,
    /** Names a further output. */
    OUTPUT_FILE,
    /** May name a further output after an equals sign. */
    OUTPUT_ASSIGNED,
    /** As {@link #OUTPUT_ASSIGNED}, and adds to what is there. */
    OUTPUT_APPENDED,
    /** Begins the names of further outputs. */
    OUTPUT_PREFIX,
    /** Names a directory for further outputs. */
    OUTPUT_DIRECTORY,
    /** Names a directory that is searched for headers. */
    SEARCH,
    /** Names an input. */
    INPUT,
    /** Names a header that is read before the source, found along the search list. */
    FORCED,
    /** Names a precompiled header. */
    PRECOMPILED,
    /** Names a file of specs, which may name others. */
    SPECS,
    /** Names a file with options of clang's driver. */
    CONFIGURATION,
    /** Begins the names of programs and directories that the driver looks for before its own. */
    PREFIX,
    /** Makes clang's driver another one: gcc's, g++'s, cl's. */
    DRIVER_MODE,
    /** Names the language of the sources that follow. */
    LANGUAGE,
    /** Names a processor, which may be {@code native}. */
    PROCESSOR,
    /** Names a character set. */
    CHARSET,
    /** Names a profile to optimize by. */
    PROFILE,
    /** Optimizes by profiles that lie beside the output, or in a directory if it names one. */
    PROFILE_DATA,
    /** Names a directory for profiles. */
    PROFILE_DIRECTORY,
    /** Makes the object record the command line. */
    RECORDS,
    /** Holds options for the preprocessor, separated by commas. */
    PREPROCESSOR_LIST,
    /** Holds one word for the preprocessor. */
    PREPROCESSOR_WORD,
    /** Holds options for the assembler, separated by commas. */
    ASSEMBLER_LIST,
    /** Holds one word for the assembler. */
    ASSEMBLER_WORD,
    /** Holds one word for clang's inner command line. */
    FRONTEND_WORD,
    /** An option of LLVM; those that name files stay local. */
    LLVM,
    /** Ends the options. */
    END,
    /** Keeps the command local; the table says why. */
    LOCAL
}
