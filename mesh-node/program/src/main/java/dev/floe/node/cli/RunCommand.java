package dev.floe.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code floe run}, as far as its help goes. The start script gives the command itself to floe-cc, which passes on
 * descriptors and signals that Java cannot, and takes 1 MB during the build.
 */
@Command(name = "run", mixinStandardHelpOptions = true, synopsisHeading = "", customSynopsis = {
        "Usage: floe run [--max N] [--min N] [--build ID] [--jobserver-style STYLE] [--socket FILE] [-q] [--] COMMAND "
                + "[ARGUMENT...]"}, description = {
                        "Runs a build as wide as the mesh.",
                        "The command gets a jobserver whose tokens follow `floe capacity`. make and cargo use it; "
                                + "ninja does from release 1.13 on. Leave out -jN: with it",
                        "make ignores the jobserver. The exit code is the command's."})
final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--max", paramLabel = "N", description = "never more at once (default: 1000)")
    private @Nullable Integer most;

    @Option(names = "--min", paramLabel = "N", description = "never fewer at once (default: 1)")
    private @Nullable Integer least;

    @Option(names = "--build", paramLabel = "ID", description = {
            "the build's id in reports (default: FLOE_BUILD, or directory,", "date, time and process)"})
    private @Nullable String build;

    @Option(names = "--jobserver-style", paramLabel = "STYLE", completionCandidates = Styles.class, description = {
            "pipe: descriptors, for make before 4.4; fifo: a path, for",
            "make 4.4, ninja 1.13 and programs that close descriptors",
            "(default: what the make of this command understands)"})
    private @Nullable String style;

    @Option(names = "--socket", paramLabel = "FILE", description = {
            "the node's socket (default: FLOE_SOCKET, this user's node, or the system's)"})
    private @Nullable String socket;

    @Option(names = {"-q", "--quiet"}, description = "print nothing but warnings")
    private boolean quiet;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", hidden = true)
    private List<String> command = List.of();

    /** The values of --jobserver-style. */
    static final class Styles extends ArrayList<String> {
        Styles() {
            super(List.of("pipe", "fifo"));
        }
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "only the installed program floe can run a command");
    }
}
