package dev.floe.command;

/**
 * Why a command stays on the submitter's machine.
 *
 * @param detail the option, variable or file that decided; may be empty
 */
public record LocalReason(ReasonCode code, String detail) {
    /** The causes; each has a line for the user. */
    public enum ReasonCode {
        NO_COMPILE("link step"), //
        PREPROCESS("only preprocesses"), //
        DEPENDENCIES("only lists dependencies"), //
        QUERY("asks about the compiler or shows how it works"), //
        STANDARD_INPUT("reads standard input"), //
        STANDARD_OUTPUT("writes the object to standard output"), //
        NO_SOURCE("has no source file"), //
        SEVERAL_SOURCES("has several source files"), //
        LANGUAGE("language is not supported"), //
        PRECOMPILED_HEADER("makes a precompiled header"), //
        MODULES("uses modules"), //
        PLUGIN("loads code into the compiler"), //
        OTHER_PROGRAMS("chooses other programs or another toolchain"), //
        PROFILE("reads profiles whose files are not known beforehand"), //
        NATIVE("what native means here could not be spelled out exactly"), //
        CHARSET("converts character sets, which needs modules of the C library"), //
        CONFIGURATION("reads files that name further files"), //
        ENVIRONMENT("an environment variable changes what is read or written"), //
        OUTPUT_KIND("output is not a regular file of its own"), //
        OUTPUT_APPENDED("adds to a file that is there"), //
        SANDBOX_PATH("path is one that a peer's sandbox cannot have"), //
        WORKING_DIRECTORY("working directory is gone"), //
        RESPONSE_FILE("response file cannot be used"), //
        MISSING_VALUE("option lacks its value"), //
        UNKNOWN_OPTION("option is not known"), //
        PREPROCESSING_FAILED("the compiler could not list the inputs"), //
        BAD_LISTING("the compiler's list of inputs could not be read"), //
        MISSING_INPUT("input is missing or is no regular file"), //
        SPECIAL_INPUT("input can be read only once"), //
        CHANGING_INPUT("inputs change while they are looked for"), //
        COMPUTED_NAME("name of a file is computed by a macro"), //
        NAME_ENCODING("name is not UTF-8"), //
        LOCALE("locale needs files that are not sent");

        private final String text;

        ReasonCode(String text) {
            this.text = text;
        }

        /** One line for the user. */
        public String text() {
            return text;
        }
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? code.text() : code.text() + ": " + detail;
    }
}
