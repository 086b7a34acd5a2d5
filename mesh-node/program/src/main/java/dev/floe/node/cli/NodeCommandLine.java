package dev.floe.node.cli;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

import dev.floe.node.cli.options.CommandHost;
import dev.floe.node.cli.options.ConfigFileDefaults;
import dev.floe.node.cli.options.RunsInNode;
import dev.floe.node.submitter.NodeSocketServer.Control;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.submitter.client.ClientCommand;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.submitter.client.ClientOutput;

/** Runs the commands of the command line that are {@link RunsInNode} in the node, and prints the help of all. */
public final class NodeCommandLine implements ClientCommands {
    private static final Set<String> HELP = Set.of("-h", "--help");
    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private final Control control;

    /** @param control answers the requests of the commands */
    public NodeCommandLine(Control control) {
        this.control = control;
    }

    @Override
    public OptionalInt run(ClientCommand command, boolean owned, ClientOutput output) {
        if (!runsInNode(command.words())) {
            return OptionalInt.empty();
        }
        String[] words = command.words().toArray(String[]::new);
        CommandLine line = Main.line(new NodeRoot(control, owned, output), words);
        line.setExpandAtFiles(false); // such a file would be read with the node's rights
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                ansi(command.environment(), command.terminal()) ? Ansi.ON : Ansi.OFF));
        line.setOut(output.out());
        line.setErr(output.err());
        return OptionalInt.of(Main.execute(line, words));
    }

    /** Whether nothing of a command line needs the caller's rights, files or terminal. */
    static boolean runsInNode(List<String> words) {
        if (words.stream().anyMatch(word -> word.startsWith("@"))) {
            return false; // names a file with more words, which the caller reads
        }
        if (words.size() < 2 && ROOT_OPTIONS.containsAll(words)) {
            return true;
        }
        return Main.command(words.getFirst()).filter(type -> type.isAnnotationPresent(RunsInNode.class)
                || words.size() > 1 && subcommand(type, words.get(1)).filter(NodeCommandLine::runsInNode).isPresent()
                || isHelp(type, words)).isPresent();
    }

    private static boolean runsInNode(Method subcommand) {
        return subcommand.isAnnotationPresent(RunsInNode.class);
    }

    /** The help of any command runs nothing of it, but options may have defaults that the caller's files set. */
    private static boolean isHelp(Class<?> type, List<String> words) {
        Command command = type.getAnnotation(Command.class);
        return HELP.contains(words.getLast()) && command.mixinStandardHelpOptions()
                && !command.defaultValueProvider().equals(ConfigFileDefaults.class)
                && (words.size() == 2 || words.size() == 3 && subcommand(type, words.get(1)).isPresent());
    }

    private static Optional<Method> subcommand(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> {
            Command command = method.getAnnotation(Command.class);
            return command != null && (command.name().equals(name) || List.of(command.aliases()).contains(name));
        }).findFirst();
    }

    /** What picocli decides by the environment and terminal of its own process. */
    static boolean ansi(Map<String, String> environment, boolean terminal) {
        if (environment.containsKey("NO_COLOR")) {
            return false;
        }
        if (environment.containsKey("CLICOLOR_FORCE") && !"0".equals(environment.get("CLICOLOR_FORCE"))) {
            return true;
        }
        return terminal && !"0".equals(environment.get("CLICOLOR")) && !"OFF".equals(environment.get("ConEmuANSI"));
    }

    /** The program with the one command that runs. */
    @Command(name = "floe", mixinStandardHelpOptions = true)
    private record NodeRoot(Control control, boolean owned, ClientOutput output) implements CommandHost {
        @Override
        public void answer(List<String> request, LineSink lines) throws IOException {
            control.answerOrExplain(request, owned, lines);
        }

        @Override
        public void flush() throws IOException {
            output.flush();
        }

        @Override
        public boolean isGone() {
            return output.isGone();
        }
    }
}
