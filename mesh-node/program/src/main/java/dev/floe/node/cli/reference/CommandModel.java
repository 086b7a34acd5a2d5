package dev.floe.node.cli.reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command as its manual page and the completions see it: without what is hidden, with plain texts. */
record CommandModel(CommandSpec spec) {
    /** The commands whose positional parameters are the words of another command. */
    private static final List<String> PREFIXES = List.of("run", "explain");

    static CommandModel of(CommandLine line) {
        return new CommandModel(line.getCommandSpec());
    }

    /** All words that call it, such as {@code floe mesh join}. */
    String qualifiedName() {
        return spec.qualifiedName();
    }

    String name() {
        return spec.name();
    }

    /** The words joined by {@code separator}. */
    String joinedName(String separator) {
        return qualifiedName().replace(" ", separator);
    }

    /** The first sentence of its description. */
    String summary() {
        List<String> paragraphs = description();
        return paragraphs.isEmpty() ? name() : paragraphs.getFirst();
    }

    List<String> description() {
        return texts(spec.usageMessage().description());
    }

    List<String> footer() {
        return Arrays.stream(spec.usageMessage().footer()).map(CommandModel::plain).toList();
    }

    List<CommandModel> subcommands() {
        List<CommandModel> all = new ArrayList<>();
        for (Map.Entry<String, CommandLine> each : spec.subcommands().entrySet()) {
            CommandSpec below = each.getValue().getCommandSpec();
            if (!below.usageMessage().hidden() && each.getKey().equals(below.name())) {
                all.add(new CommandModel(below));
            }
        }
        return all;
    }

    /** This command and all below it. */
    List<CommandModel> tree() {
        List<CommandModel> all = new ArrayList<>(List.of(this));
        subcommands().forEach(each -> all.addAll(each.tree()));
        return all;
    }

    List<OptionSpec> options() {
        return spec.options().stream().filter(option -> !option.hidden()).toList();
    }

    List<PositionalParamSpec> parameters() {
        return spec.positionalParameters().stream().filter(parameter -> !parameter.hidden()).toList();
    }

    /** Whether the words behind its options are a command of their own. */
    boolean takesCommand() {
        return PREFIXES.contains(name()) && spec.parent() != null && spec.parent().parent() == null;
    }

    static String description(ArgSpec argument) {
        return String.join(" ", texts(argument.description()));
    }

    /** Whether an option needs or may have a value. */
    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0 && option.arity().min() > 0;
    }

    /** Whether the value is the name of a file or directory. */
    static boolean takesFile(ArgSpec argument) {
        return argument.typeInfo().getType().equals(Path.class);
    }

    /** The values among which the user chooses; empty if any is right. */
    static List<String> choices(ArgSpec argument) {
        List<String> choices = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(choices::add);
        }
        return choices;
    }

    private static List<String> texts(String[] lines) {
        return Arrays.stream(lines).map(CommandModel::plain).map(String::strip).filter(line -> !line.isEmpty())
                .toList();
    }

    /** What picocli prints for a text. */
    private static String plain(String text) {
        return CommandLine.Help.Ansi.OFF.string(text.replace("%n", "").replace("%%", "%"));
    }
}
