package dev.floe.node.cli;

import java.io.ObjectInputFilter;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import dev.floe.node.bounds.LogRateLimiter;
import dev.floe.node.cli.client.BuildsCommand;
import dev.floe.node.cli.client.CacheCommand;
import dev.floe.node.cli.client.CapacityCommand;
import dev.floe.node.cli.client.ExplainCommand;
import dev.floe.node.cli.client.JobsCommand;
import dev.floe.node.cli.client.MetricsCommand;
import dev.floe.node.cli.client.NodesCommand;
import dev.floe.node.cli.client.PauseCommand;
import dev.floe.node.cli.client.ReloadCommand;
import dev.floe.node.cli.client.ResumeCommand;
import dev.floe.node.cli.client.StatsCommand;
import dev.floe.node.cli.client.ToolchainCommand;
import dev.floe.node.cli.client.TraceCommand;
import dev.floe.node.cli.setup.RestartCommand;
import dev.floe.node.cli.setup.SetupCommand;
import dev.floe.node.cli.setup.StopCommand;
import dev.floe.node.host.FloeVersion;
import dev.floe.node.service.JournalLevels;
import dev.floe.node.top.TopSession;
import dev.floe.store.FailureText;

/**
 * The program {@code floe}: exit code 0 for success, 1 for a failure that it names, 2 for a command line that is wrong.
 */
@Command(name = "floe", mixinStandardHelpOptions = true, description = "A peer-to-peer compile mesh.%n", subcommands = {
        NodeCommand.class,
        SetupCommand.class, StopCommand.class, RestartCommand.class, MeshCommand.class, RunCommand.class,
        CapacityCommand.class, NodesCommand.class,
        TopCommand.class,
        WebCommand.class, JobsCommand.class, BuildsCommand.class, TraceCommand.class, StatsCommand.class,
        MetricsCommand.class, CacheCommand.class, PauseCommand.class, ResumeCommand.class, ReloadCommand.class,
        ExplainCommand.class, DoctorCommand.class, ToolchainCommand.class, CompilersCommand.class, HelpCommand.class,
        AotTrainingCommand.class, ReferenceCommand.class}, footer = {
                "",
                "To compile through the mesh, put floe-cc before the compiler:", "",
                "  make CC='floe-cc gcc' CXX='floe-cc g++'",
                "  cmake -DCMAKE_C_COMPILER_LAUNCHER=floe-cc \\",
                "        -DCMAKE_CXX_COMPILER_LAUNCHER=floe-cc"})
public final class Main {
    /** The commands in which nodes run, and peers cause lines in the log. */
    private static final Set<String> NODE = Set.of("node", "self-train");

    private Main() {}

    public static void main(String[] arguments) {
        refuseSerializedObjects();
        if (arguments.length > 0 && NODE.contains(arguments[0])) {
            JournalLevels.install(System.getenv());
            LogRateLimiter.install();
        }
        if (arguments.length > 0 && arguments[0].equals("top")) {
            TopSession.load();
        }
        System.exit(run(arguments));
    }

    /** Nothing here reads Java's serialized objects. The start script says the same before any class is loaded. */
    static void refuseSerializedObjects() {
        if (ObjectInputFilter.Config.getSerialFilter() == null) {
            ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter("!*"));
        }
    }

    static int run(String... arguments) {
        return execute(line(new Alone(), arguments), arguments);
    }

    /** Parses the arguments and runs their command, or prints the help where there is none. */
    static int execute(CommandLine line, String... arguments) {
        if (arguments.length == 0) {
            line.usage(line.getOut());
            line.getOut().flush();
            return 0;
        }
        return line.execute(arguments);
    }

    /** The command line that these arguments need, in a process of its own. */
    static CommandLine line(String... arguments) {
        return line(new Alone(), arguments);
    }

    /**
     * The command line with the one command that the arguments name, since the models of all take a tenth of a second;
     * with all if they name none.
     *
     * @param alone the program with one command
     */
    static CommandLine line(Object alone, String... arguments) {
        Optional<Class<?>> command = arguments.length == 0 ? Optional.empty() : command(arguments[0]);
        return configured(command.map(type -> new CommandLine(alone).addSubcommand(type))
                .orElseGet(() -> new CommandLine(new Main())));
    }

    /** The command of a name. */
    static Optional<Class<?>> command(String name) {
        for (Class<?> each : Main.class.getAnnotation(Command.class).subcommands()) {
            if (each.getAnnotation(Command.class).name().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The command line with all that it knows. */
    static CommandLine line() {
        return configured(new CommandLine(new Main()));
    }

    private static CommandLine configured(CommandLine line) {
        line.getCommandSpec().versionProvider(() -> new String[]{"floe " + FloeVersion.read()});
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUnmatchedOptionsArePositionalParams(false);
        line.setUnmatchedOptionsAllowedAsOptionParameters(false);
        // What follows the compiler, or the build's command, is its own.
        for (String name : List.of("explain", "run")) {
            Optional.ofNullable(line.getSubcommands().get(name))
                    .ifPresent(command -> command.setStopAtPositional(true));
        }
        line.setParameterExceptionHandler(Main::explain);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("floe: " + words(failure));
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    /** The program with one command. */
    @Command(name = "floe", mixinStandardHelpOptions = true)
    static final class Alone {}

    private static String words(Exception failure) {
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": this user may not use it";
            case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case FileAlreadyExistsException there -> there.getFile() + ": is there already, and is no directory";
            default -> FailureText.of(failure);
        };
    }

    /** One line: what is wrong and what was meant. */
    private static int explain(ParameterException wrong, String[] arguments) {
        PrintWriter error = wrong.getCommandLine().getErr();
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        List<String> near = wrong instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.of();
        error.println("floe: " + message + (near.isEmpty()
                ? ""
                : "; did you mean "
                        + near.stream().map(word -> word.replace(name + " ", "")).collect(Collectors.joining(" or "))
                        + "?")
                + " (see " + name
                + " --help)");
        return CommandLine.ExitCode.USAGE;
    }
}
