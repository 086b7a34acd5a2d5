package dev.floe.command.options;

import java.util.List;

/** A command's words sorted out: an option with its value, or an operand. */
public sealed interface ParsedArgument {
    /** The words of the command, one or two. */
    List<String> words();

    /** An option of the table; {@code value} is empty if it takes none. */
    record KnownOption(Option option, List<String> words, String value) implements ParsedArgument {}

    /** No option: a file, or {@code -}. */
    record Operand(String word) implements ParsedArgument {
        @Override
        public List<String> words() {
            return List.of(word);
        }
    }

    /** An option that no table knows. */
    record UnknownOption(String word) implements ParsedArgument {
        @Override
        public List<String> words() {
            return List.of(word);
        }
    }

    /** An option that should be followed by its value, at the end of the command. */
    record IncompleteOption(String word) implements ParsedArgument {
        @Override
        public List<String> words() {
            return List.of(word);
        }
    }
}
