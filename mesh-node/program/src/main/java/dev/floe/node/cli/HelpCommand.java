package dev.floe.node.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.reference.HelpTopic;

/** {@code floe help}: the help of a command, a section of the documentation, or of a finding of the doctor. */
@Command(name = "help", mixinStandardHelpOptions = true, description = {
        "Shows the help of a command, or a topic of the documentation.",
        "Without a word it lists both. The word may also be one that floe doctor prints in brackets."})
final class HelpCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND or TOPIC", description = {
            "such as mesh join, environment, troubles"})
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (words.isEmpty()) {
            Main.line().usage(out);
            out.println();
            out.println("Topics of floe help:");
            HelpTopic.ALL.forEach(topic -> out.println(String.format("  %-15s %s", topic.name(), topic.summary())));
        } else {
            out.print(text());
        }
        out.flush();
        return 0;
    }

    private String text() {
        Optional<String> command = usage();
        if (command.isPresent() && (words.size() > 1 || HelpTopic.find(words.getFirst()).isEmpty())) {
            return command.get();
        }
        String topic = String.join(" ", words);
        String text = HelpTopic.find(topic).map(HelpTopic::text).or(() -> HelpTopic.finding(topic)).orElseThrow(
                () -> new ParameterException(spec.commandLine(),
                        "no command and no topic: " + topic + "; floe help lists the topics"));
        return command.map(usage -> usage + "\n" + text).orElse(text);
    }

    private Optional<String> usage() {
        CommandLine line = Main.line();
        for (String word : words) {
            CommandLine below = line.getSubcommands().get(word);
            if (below == null) {
                return Optional.empty();
            }
            line = below;
        }
        return Optional.of(line.getUsageMessage());
    }
}
