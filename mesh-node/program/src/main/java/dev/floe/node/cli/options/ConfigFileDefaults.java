package dev.floe.node.cli.options;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The defaults of options from outside the command line: environment variables named {@code FLOE_} and the option, and
 * the lines of a file. An unknown key in the file is an error.
 */
public final class ConfigFileDefaults implements IDefaultValueProvider {
    private @Nullable Map<String, String> file;

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.longestName().equals("--help")
                || option.longestName().equals("--version")) {
            return argument.defaultValue();
        }
        String key = option.longestName().substring(2);
        String variable = System.getenv("FLOE_" + key.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (variable != null && !variable.isEmpty()) {
            return variable;
        }
        if (key.equals("config")) {
            return argument.defaultValue();
        }
        return lines(argument.command()).getOrDefault(key, argument.defaultValue());
    }

    private Map<String, String> lines(CommandSpec command) {
        Map<String, String> known = file;
        if (known == null) {
            known = read(command);
            file = known;
        }
        return known;
    }

    /** The file that the user names; empty for the usual one. */
    private static Optional<Path> named(CommandSpec command) {
        List<String> given = command.commandLine().getParseResult() == null
                ? List.of()
                : command.commandLine().getParseResult().originalArgs();
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i).startsWith("--config=")) {
                return Optional.of(Path.of(given.get(i).substring("--config=".length())));
            }
            if (given.get(i).equals("--config") && i + 1 < given.size()) {
                return Optional.of(Path.of(given.get(i + 1)));
            }
        }
        return Optional.ofNullable(System.getenv("FLOE_CONFIG")).filter(name -> !name.isEmpty()).map(Path::of);
    }

    private static Map<String, String> read(CommandSpec command) {
        Optional<Path> named = named(command);
        Path path = named.orElseGet(DefaultPaths::configuration);
        Map<String, String> result = new LinkedHashMap<>();
        if (named.isEmpty() && !Files.exists(path)) {
            return result;
        }
        try {
            int number = 0;
            for (String line : Files.readAllLines(path)) {
                number++;
                String text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                int equals = text.indexOf('=');
                String key = (equals < 0 ? text : text.substring(0, equals)).strip();
                if (command.findOption("--" + key) == null || key.equals("config")) {
                    throw new ParameterException(command.commandLine(), path + ":" + number + ": unknown key " + key
                            + near(key, command).map(word -> "; did you mean " + word + "?").orElse(""));
                }
                result.put(key, equals < 0 ? "true" : text.substring(equals + 1).strip());
            }
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(),
                    "cannot read the configuration file " + path + ": " + why(e), e);
        }
        return result;
    }

    private static String why(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case CharacterCodingException _ -> "it is not UTF-8";
            default -> String.valueOf(failure.getMessage());
        };
    }

    private static Optional<String> near(String key, CommandSpec command) {
        return command.options().stream().map(option -> option.longestName().substring(2))
                .filter(name -> distance(name, key) <= 2 || name.startsWith(key)).findFirst();
    }

    /** Levenshtein's. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1,
                        diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
