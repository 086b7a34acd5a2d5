package dev.floe.node.cli.reference;

import java.util.List;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion of {@code floe} for zsh: a function for each command. */
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(CommandModel root) {
        StringBuilder script = new StringBuilder("#compdef floe\n# Made from the command line of Floe.\n");
        for (CommandModel command : root.tree()) {
            script.append('\n').append(function(command));
        }
        return script.append("\n_floe \"$@\"\n").toString();
    }

    private static String function(CommandModel command) {
        StringBuilder body = new StringBuilder("_" + command.joinedName("_").replace('-', '_') + "() {\n");
        List<CommandModel> below = command.subcommands();
        if (!below.isEmpty()) {
            body.append("  local curcontext=$curcontext state line\n  local -a commands\n");
        }
        body.append("  _arguments -s").append(below.isEmpty() ? "" : " -C");
        for (OptionSpec option : command.options()) {
            for (String name : option.names()) {
                body.append(" \\\n    ").append(quote(option(option, name)));
            }
        }
        if (command.takesCommand()) {
            body.append(" \\\n    '(-)1: :_command_names -e' \\\n    '*:: :_normal'");
        }
        int number = 1;
        for (PositionalParamSpec parameter : command.takesCommand()
                ? List.<PositionalParamSpec>of()
                : command.parameters()) {
            boolean many = parameter.arity().max() > 1;
            body.append(" \\\n    ").append(quote((many ? "*" : String.valueOf(number++)) + ":"
                    + text(parameter.paramLabel()) + ":" + action(CommandModel.takesFile(parameter),
                            CommandModel.choices(parameter))));
        }
        if (below.isEmpty()) {
            return body.append("\n}\n").toString();
        }
        body.append(" \\\n    '1: :->command' \\\n    '*:: :->arguments'\n");
        body.append("  case $state in\n    command)\n      commands=(\n");
        for (CommandModel each : below) {
            body.append("        ").append(quote(each.name() + ":" + each.summary())).append('\n');
        }
        body.append("      )\n      _describe command commands\n      ;;\n    arguments)\n      case $line[1] in\n");
        for (CommandModel each : below) {
            body.append("        ").append(each.name()).append(") _")
                    .append(each.joinedName("_").replace('-', '_')).append(" ;;\n");
        }
        return body.append("      esac\n      ;;\n  esac\n}\n").toString();
    }

    private static String option(OptionSpec option, String name) {
        String others = option.names().length > 1 ? "(" + String.join(" ", option.names()) + ")" : "";
        String repeated = option.isMultiValue() ? "*" : "";
        boolean takesValue = CommandModel.takesValue(option);
        return (repeated.isEmpty() ? others : repeated) + name
                + (takesValue && name.startsWith("--") ? "=" : takesValue ? "+" : "")
                + "[" + text(CommandModel.description(option)) + "]"
                + (takesValue
                        ? ":" + text(option.paramLabel()) + ":"
                                + action(CommandModel.takesFile(option), CommandModel.choices(option))
                        : "");
    }

    private static String action(boolean file, List<String> choices) {
        return file ? "_files" : choices.isEmpty() ? "" : "(" + String.join(" ", choices) + ")";
    }

    /** Without the characters that end a part of a specification of {@code _arguments}. */
    private static String text(String plain) {
        return plain.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
