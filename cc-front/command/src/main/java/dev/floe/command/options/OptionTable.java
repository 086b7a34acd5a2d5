package dev.floe.command.options;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The options of one compiler family, read from resources with a row an option: spelling, value style, effect, and for
 * a local option the reason, for others the files that it makes beside the output. A word is matched as a whole first,
 * then by the longest spelling that begins it, so a table holds families of options ({@code -f}, {@code -W}) beside
 * their exceptions. A later resource overrides an earlier.
 */
public final class OptionTable {
    private static final OptionTable GCC = load("common.options", "gcc.options");
    private static final OptionTable CLANG = load("common.options", "clang.options");
    private static final OptionTable ASSEMBLER = load("assembler.options");
    private static final OptionTable FRONTEND = load("frontend.options");
    private static final OptionTable PREPROCESSOR = load("preprocessor.options");

    private final Map<String, Option> whole = new HashMap<>();
    private final Map<String, Option> beginnings = new HashMap<>();
    private int longest; // of the beginnings, in characters

    private OptionTable() {}

    /** gcc's driver. */
    public static OptionTable gcc() {
        return GCC;
    }

    /** clang's driver. */
    public static OptionTable clang() {
        return CLANG;
    }

    /** The GNU assembler, as reached by {@code -Wa,}. */
    public static OptionTable assembler() {
        return ASSEMBLER;
    }

    /** clang's inner command line, as reached by {@code -Xclang}. */
    public static OptionTable frontend() {
        return FRONTEND;
    }

    /** The preprocessor, as reached by {@code -Wp,} and {@code -Xpreprocessor}. */
    public static OptionTable preprocessor() {
        return PREPROCESSOR;
    }

    /** Sorts out a command's words, the compiler's name not among them. */
    public List<ParsedArgument> read(List<String> words) {
        List<ParsedArgument> arguments = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.length() < 2 || word.charAt(0) != '-') {
                arguments.add(new ParsedArgument.Operand(word));
                continue;
            }
            Option option = find(word).orElse(null);
            if (option == null) {
                arguments.add(new ParsedArgument.UnknownOption(word));
            } else if (option.effect() == OptionEffect.END) {
                arguments.add(new ParsedArgument.KnownOption(option, List.of(word), ""));
                words.subList(i + 1, words.size()).forEach(rest -> arguments.add(new ParsedArgument.Operand(rest)));
                return arguments;
            } else if (!takesNext(option, word)) {
                arguments.add(new ParsedArgument.KnownOption(option, List.of(word),
                        word.substring(option.spelling().length())));
            } else if (i + 1 < words.size()) {
                String value = words.get(++i);
                arguments.add(new ParsedArgument.KnownOption(option, List.of(word, value), value));
            } else {
                arguments.add(new ParsedArgument.IncompleteOption(word));
            }
        }
        return arguments;
    }

    /** The row for a word that begins with a dash. */
    Optional<Option> find(String word) {
        Option option = whole.get(word);
        for (int length = Math.min(word.length(), longest); option == null && length > 0; length--) {
            option = beginnings.get(word.substring(0, length));
        }
        return Optional.ofNullable(option);
    }

    private static boolean takesNext(Option option, String word) {
        return option.style() == OptionValueStyle.SEPARATE
                || option.style() == OptionValueStyle.EITHER && word.length() == option.spelling().length();
    }

    private static OptionTable load(String... resources) {
        OptionTable table = new OptionTable();
        for (String resource : resources) {
            try (InputStream in = Objects.requireNonNull(OptionTable.class.getResourceAsStream(resource), resource)) {
                new String(in.readAllBytes(), UTF_8).lines().forEach(table::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return table;
    }

    private void add(String line) {
        Option option = parse(line);
        if (option == null) {
            return;
        }
        if (option.style() == OptionValueStyle.JOINED || option.style() == OptionValueStyle.EITHER) {
            beginnings.put(option.spelling(), option);
            longest = Math.max(longest, option.spelling().length());
        }
        if (option.style() != OptionValueStyle.JOINED) {
            whole.put(option.spelling(), option);
        }
    }

    private static @Nullable Option parse(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("//")) {
            return null;
        }
        String[] columns = text.split("\\s+");
        if (columns.length < 3 || columns.length > 4) {
            throw new IllegalArgumentException("a row has three or four columns: " + line);
        }
        OptionEffect effect = OptionEffect.valueOf(columns[2].toUpperCase(Locale.ROOT).replace('-', '_'));
        String last = columns.length == 4 ? columns[3] : "";
        boolean local = effect == OptionEffect.LOCAL;
        return new Option(columns[0], OptionValueStyle.valueOf(columns[1].toUpperCase(Locale.ROOT)), effect,
                local ? last : "", local || last.isEmpty() ? List.of() : List.of(last.split(",")));
    }
}
