package dev.floe.command.options;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Expands {@code @file} words as gcc and clang do: words are separated by white space, either quote keeps white space,
 * and a backslash keeps the next character, inside quotes too. Files may name further files. A word whose file cannot
 * be read stands for itself.
 */
public final class ResponseFileExpander {
    /** How many files one command may expand; gcc stops at this number too. */
    public static final int MAX_FILES = 2000;
    /** How many words an expanded command may have; no executor takes more. */
    static final int MAX_WORDS = 100_000;
    /** How much text one command may expand: files that name each other can make much of little. */
    public static final int MAX_CHARACTERS = 4 << 20;

    /** Reads a response file by the name that the command gives it. */
    @FunctionalInterface
    public interface ResponseFileReader {
        /** The file's text; empty if there is no such file. */
        Optional<String> read(String name) throws IOException;
    }

    /** The words of the command with all response files replaced, and the names of those files. */
    public record Expansion(List<String> words, List<String> files) {}

    private ResponseFileExpander() {}

    /** There are more response files, or more in them, than a command can have. */
    public static final class TooManyException extends IOException {
        private static final long serialVersionUID = 1;

        private TooManyException(String message) {
            super(message);
        }
    }

    /** @throws IOException if a file cannot be read */
    public static Expansion expand(List<String> words, ResponseFileReader reader) throws IOException {
        List<String> files = new ArrayList<>();
        Words out = new Words(new ArrayList<>(words.size()));
        expand(words, reader, out, files);
        return new Expansion(out.words, files);
    }

    /** The words so far, and how much text they are of. */
    private static final class Words {
        private final List<String> words;
        private long characters;

        Words(List<String> words) {
            this.words = words;
        }

        void read(String text) throws TooManyException {
            characters += text.length();
            if (characters > MAX_CHARACTERS) {
                throw new TooManyException("more than " + MAX_CHARACTERS + " characters in response files");
            }
        }

        void add(String word) throws TooManyException {
            if (words.size() >= MAX_WORDS) {
                throw new TooManyException("more than " + MAX_WORDS + " words in response files");
            }
            words.add(word);
        }
    }

    private static void expand(List<String> words, ResponseFileReader reader, Words out, List<String> files)
            throws IOException {
        for (String word : words) {
            Optional<String> text = word.length() > 1 && word.charAt(0) == '@'
                    ? reader.read(word.substring(1))
                    : Optional.empty();
            if (text.isEmpty()) {
                out.add(word);
                continue;
            }
            files.add(word.substring(1));
            if (files.size() > MAX_FILES) {
                throw new TooManyException("more than " + MAX_FILES + " response files");
            }
            out.read(text.get());
            expand(split(text.get()), reader, out, files);
        }
    }

    /** The words of a response file. */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                open = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                open = true;
            } else if (c == ' ' || c >= '\t' && c <= '\r') {
                if (open) {
                    words.add(word.toString());
                    word.setLength(0);
                    open = false;
                }
            } else {
                word.append(c);
                open = true;
            }
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }
}
