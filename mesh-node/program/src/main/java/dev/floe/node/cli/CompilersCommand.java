package dev.floe.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.DefaultPaths;

/** {@code floe compilers}: brings the links in lib/floe/compilers in step with this machine's compilers. */
@Command(name = "compilers", mixinStandardHelpOptions = true, description = {
        "Brings the links to floe-cc in step with this machine's compilers.",
        "The links are in lib/floe/compilers beside the program. A build with",
        "that directory first in PATH compiles through Floe. Packages of",
        "distributions do this when a compiler is installed or removed.", ""})
final class CompilersCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--remove", description = "remove all links")
    private boolean remove;

    @Option(names = {"-q", "--quiet"}, description = "print only errors")
    private boolean quiet;

    @Parameters(paramLabel = "DIRECTORY", description = {
            "where to look for compilers (default: /usr/bin, /usr/local/bin and the directories of LLVM)"})
    private List<Path> directories = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path script = DefaultPaths.compilerLinks().orElseThrow(() -> new ParameterException(spec.commandLine(),
                "only the installed program floe has links of compilers"));
        return new ProcessBuilder(command(script)).inheritIO().start().waitFor();
    }

    private List<String> command(Path script) {
        if (remove && !directories.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--remove: removes all links, so name no DIRECTORY");
        }
        List<String> command = new ArrayList<>(List.of(script.toString()));
        if (remove) {
            command.add("--remove");
        } else if (quiet) {
            command.add("--quiet");
        }
        directories.forEach(directory -> command.add(directory.toString()));
        return command;
    }
}
