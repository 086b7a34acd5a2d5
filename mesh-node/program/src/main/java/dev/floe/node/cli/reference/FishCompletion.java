package dev.floe.node.cli.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion of {@code floe} for fish: a line for each command and option. */
final class FishCompletion {
    private final StringBuilder script = new StringBuilder(
            "# Made from the command line of Floe.\ncomplete -c floe -f\n");

    private FishCompletion() {}

    static String of(CommandModel root) {
        FishCompletion completion = new FishCompletion();
        completion.add(root, List.of());
        return completion.script.toString();
    }

    /** @param above the names of the commands above, without the program, and of this one */
    private void add(CommandModel command, List<String> above) {
        List<CommandModel> below = command.subcommands();
        String here = condition(above, below);
        for (CommandModel each : below) {
            line(here, "-a " + each.name() + " -d " + quote(each.summary()));
        }
        for (OptionSpec option : command.options()) {
            line(here, names(option) + value(option) + " -d " + quote(CommandModel.description(option)));
        }
        if (command.takesCommand()) {
            line(here, "-x -a '(__fish_complete_subcommand --fcs-skip=2)'");
        }
        for (PositionalParamSpec parameter : command.parameters()) {
            if (CommandModel.takesFile(parameter)) {
                line(here, "-F");
            } else if (!CommandModel.choices(parameter).isEmpty()) {
                line(here, "-a " + quote(String.join(" ", CommandModel.choices(parameter))));
            }
        }
        for (CommandModel each : below) {
            List<String> path = new ArrayList<>(above);
            path.add(each.name());
            add(each, path);
        }
    }

    private static String condition(List<String> above, List<CommandModel> below) {
        String inside = above.stream().map(name -> "__fish_seen_subcommand_from " + name)
                .collect(Collectors.joining("; and "));
        String outside = below.isEmpty()
                ? ""
                : "not __fish_seen_subcommand_from "
                        + below.stream().map(CommandModel::name).collect(Collectors.joining(" "));
        return inside + (inside.isEmpty() || outside.isEmpty() ? "" : "; and ") + outside;
    }

    private static String names(OptionSpec option) {
        List<String> words = new ArrayList<>();
        for (String name : option.names()) {
            words.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
        }
        return String.join(" ", words);
    }

    private static String value(OptionSpec option) {
        if (!CommandModel.takesValue(option)) {
            return "";
        }
        List<String> choices = CommandModel.choices(option);
        return CommandModel.takesFile(option)
                ? " -r -F"
                : choices.isEmpty() ? " -x" : " -x -a " + quote(String.join(" ", choices));
    }

    private void line(String condition, String words) {
        script.append("complete -c floe -n ").append(quote(condition)).append(' ').append(words).append('\n');
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
