package dev.floe.node.cli;

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

/** {@code floe toolchain}. */
@Command(name = "toolchain", mixinStandardHelpOptions = true, description = "Shows and makes the toolchains of this machine's node.")
final class ToolchainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: list, add, import, remove or verify");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the toolchains that this node holds, and who else does.")
    int list(@Mixin Asking node, @Mixin Asking.Form form) throws IOException {
        return node.ask(form, "toolchains");
    }

    @Command(name = "add", aliases = "create", mixinStandardHelpOptions = true, description = {
            "Packs a compiler and tries it out, which else happens at its first use. A cross compiler that was added, in any directory, is",
            "compared with the compilers of machines of its target, and compiles for those for which it gives the same answers.",
            "Prints the toolchain's id."})
    int add(@Mixin Asking node, @Mixin Asking.Form form,
            @Parameters(paramLabel = "COMPILER", description = "its name in PATH, or its path") String compiler)
            throws IOException {
        return node.ask(form, "toolchain-create", find(compiler).toString());
    }

    @Command(name = "import", mixinStandardHelpOptions = true, description = {
            "Takes an environment of icecream, as icecc-create-env makes it: an archive (tar, or that compressed by gzip, xz, zstd or bzip2)",
            "of a root directory with usr/bin/gcc or usr/bin/clang. Its compiler runs in the sandbox only. It is compared with the",
            "compilers of machines of its target, and compiles for those for which it gives the same answers. Prints the toolchain's id."})
    int take(@Mixin Asking node, @Mixin Asking.Form form,
            @Parameters(paramLabel = "FILE", description = "the archive, which the node must be able to read") Path archive,
            @Option(names = "--at", paramLabel = "PATH", description = {
                    "where clang lies on the machines that it is to compile for, with all links followed, such as",
                    "/usr/lib/llvm-14/bin/clang; it names headers by that, and the archive does not say it"}) Optional<Path> at)
            throws IOException {
        String file = archive.toAbsolutePath().normalize().toString();
        return at.isPresent()
                ? node.ask(form, "toolchain-import", file, absolute(at.get()).toString())
                : node.ask(form, "toolchain-import", file);
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = {
            "Removes a toolchain from this node. One that was imported is gone; one that was added, or of a compiler that is used, is packed",
            "again at its next use; one of a peer is fetched again when a job needs it."})
    int remove(@Mixin Asking node, @Mixin Asking.Form form,
            @Parameters(paramLabel = "ID", description = "as list shows it") String id) throws IOException {
        return node.ask(form, "toolchain-remove", id);
    }

    @Command(name = "verify", mixinStandardHelpOptions = true, description = "Reads every file of the toolchains held, and drops what is damaged.")
    int verify(@Mixin Asking node, @Mixin Asking.Form form) throws IOException {
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
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(directory, compiler);
            if (Files.isExecutable(candidate) && !candidate.toRealPath().getFileName().toString().equals("floe-cc")) {
                return candidate.toAbsolutePath();
            }
        }
        throw new IOException(compiler + " is not in PATH");
    }
}
