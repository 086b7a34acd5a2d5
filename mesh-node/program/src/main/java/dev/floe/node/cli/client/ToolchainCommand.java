package dev.floe.node.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;
import dev.floe.store.files.ExecutablePath;

/** {@code floe toolchain}. */
@Command(name = "toolchain", mixinStandardHelpOptions = true, description = {
        "Lists, adds, removes and verifies this node's toolchains."})
public final class ToolchainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "missing subcommand: list, add, import, remove or verify");
    }

    @RunsInNode
    @Command(name = "list", mixinStandardHelpOptions = true, description = {
            "Lists the toolchains that this node holds, and the other nodes that hold them."})
    int list(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "toolchains");
    }

    @Command(name = "add", aliases = "create", mixinStandardHelpOptions = true, description = {
            "Packs and tests a compiler now instead of at its first use, and prints the toolchain's id.",
            "A cross compiler from any directory can be added. It is compared with the compilers of machines of its "
                    + "target,",
            "and compiles for those machines on which it makes the same output."})
    int add(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form,
            @Parameters(paramLabel = "COMPILER", description = "name in PATH, or path") String compiler)
            throws IOException {
        return node.ask(form, "toolchain-create", find(compiler).toString());
    }

    @Command(name = "import", mixinStandardHelpOptions = true, description = {
            "Imports an icecream environment, as icecc-create-env makes it, and prints the toolchain's id.",
            "FILE is a tar archive, also compressed by gzip, xz, zstd or bzip2, with usr/bin/gcc or usr/bin/clang in "
                    + "it.",
            "Its compiler runs in the sandbox only. It is compared with the compilers of machines of its target,",
            "and compiles for those machines on which it makes the same output."})
    int take(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form,
            @Parameters(paramLabel = "FILE", description = {
                    "the archive, which the node must be able to read"}) Path archive,
            @Option(names = "--at", paramLabel = "PATH", description = {
                    "the real path of clang on the machines that it compiles for, such as /usr/lib/llvm-14/bin/clang;",
                    "clang names headers by that path, and the archive does not contain it"}) Optional<Path> at)
            throws IOException {
        String file = archive.toAbsolutePath().normalize().toString();
        return at.isPresent()
                ? node.ask(form, "toolchain-import", file, absolute(at.get()).toString())
                : node.ask(form, "toolchain-import", file);
    }

    @RunsInNode
    @Command(name = "remove", mixinStandardHelpOptions = true, description = {
            "Removes a toolchain from this node.",
            "An imported toolchain has to be imported again. A local compiler is packed again at its next use,",
            "and a toolchain of a peer is fetched again when a job needs it."})
    int remove(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form,
            @Parameters(paramLabel = "ID", description = {
                    "the beginning of an id, as floe toolchain list shows it"}) String id)
            throws IOException {
        return node.ask(form, "toolchain-remove", id);
    }

    @RunsInNode
    @Command(name = "verify", mixinStandardHelpOptions = true, description = {
            "Reads every file of every toolchain, and removes damaged toolchains."})
    int verify(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "toolchain-verify");
    }

    private Path absolute(Path path) {
        if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
            throw new ParameterException(spec.commandLine(), "--at wants a plain path from the root, not " + path);
        }
        return path;
    }

    private static Path find(String compiler) throws IOException {
        if (compiler.contains("/")) {
            return Path.of(compiler).toAbsolutePath();
        }
        for (Path candidate : ExecutablePath.candidates(System.getenv().getOrDefault("PATH", ""), compiler)) {
            if (Files.isExecutable(candidate) && !candidate.toRealPath().getFileName().toString().equals("floe-cc")) {
                return candidate.toAbsolutePath();
            }
        }
        throw new IOException(compiler + " is not in PATH");
    }
}
