package dev.floe.command.options;

/** The style in which an option takes its value. */
enum OptionValueStyle {
    /** It has none, and matches as a whole. */
    NONE,
    /** The rest of the word, which may be empty. */
    JOINED,
    /** The next word; the option matches as a whole. */
    SEPARATE,
    /** The rest of the word, or the next word if there is no rest. */
    EITHER
}
