package dev.floe.node.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.TerminalQuestion;
import dev.floe.node.cli.setup.MeshNameGenerator;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.store.FailureText;

/** {@code floe mesh}: creates a mesh, joins one, prints its token, describes it, or leaves it. */
@Command(name = "mesh", mixinStandardHelpOptions = true, description = {
        "Creates a mesh, joins one, prints its token, describes it, or leaves it."})
final class MeshCommand implements Runnable {
    private static final int MAX_INPUT_BYTES = 1 << 16;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "missing subcommand: create, join, token, info or leave");
    }

    /** The options that all have. */
    static final class MeshKeyOptions {
        @Option(names = "--mesh-key", paramLabel = "FILE", description = {
                "file with the mesh's secret (default: FLOE_MESH_KEY, or the place where the node looks)"})
        private @Nullable Path meshKey;

        MeshKeyFile file() {
            return new MeshKeyFile((meshKey == null ? DefaultPaths.meshKey() : meshKey).toAbsolutePath());
        }
    }

    /** Where nodes of the mesh can be found. */
    static final class SeedOptions {
        @Option(names = "--seed", paramLabel = "HOST[:PORT]", split = ",", description = {
                "address of a node of the mesh (default: this machine)"})
        private List<String> seeds = new ArrayList<>();

        List<HostPort> list() {
            return seeds.isEmpty()
                    ? List.of(
                            new HostPort(GroupConfig.routableAddress().getHostAddress(), GroupConfig.DEFAULT_PORT))
                    : seeds.stream().map(seed -> HostPort.parse(seed, GroupConfig.DEFAULT_PORT)).toList();
        }
    }

    /** How a new mesh is called. */
    static final class MeshNameOptions {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = {
                "name of the mesh, for people (default: two words, drawn)"})
        private @Nullable String parameter;

        @Option(names = "--name", paramLabel = "NAME", description = "the same as NAME")
        private @Nullable String option;

        String name(CommandLine line) {
            if (parameter != null && option != null) {
                throw new ParameterException(line, "the name of the mesh is given twice: " + parameter + " and "
                        + option);
            }
            return parameter != null
                    ? parameter
                    : option != null ? option : MeshNameGenerator.draw(new SecureRandom());
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = {
            "Makes a new mesh with this machine in it, and prints the token for others.",
            "The token is a secret: anyone who has it can join.",
            "With --restrict-cache there are two tokens. Only machines that join with the second may write to the "
                    + "cache."})
    int create(@Mixin MeshKeyOptions where, @Mixin SeedOptions seeds,
            @Option(names = "--restrict-cache", description = {
                    "let only some machines write to the mesh's result cache"}) boolean restrict,
            @Option(names = "--force", description = "leave the mesh that this machine is in") boolean force,
            @Mixin MeshNameOptions naming)
            throws IOException {
        String name = naming.name(spec.commandLine());
        if (where.file().exists() && !force) {
            throw new IOException("this machine is in a mesh already (" + where.file().path()
                    + "); to leave it for a new one, add --force");
        }
        JoinToken token = new JoinToken(key(name), parsed(seeds),
                restrict ? Optional.of(CacheWriterKey.create()) : Optional.empty());
        where.file().write(token);
        System.out.println("mesh " + name + " made; on each other machine: floe mesh join TOKEN, with this TOKEN:");
        System.out.println(token.readOnly().encode());
        if (restrict) {
            System.out.println("on those that may write to the cache, as this one does, with this one:");
            System.out.println(token.encode());
        }
        return 0;
    }

    private MeshKey key(String name) {
        try {
            return MeshKey.create(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
    }

    private List<HostPort> parsed(SeedOptions seeds) {
        try {
            return seeds.list();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--seed: " + FailureText.of(e), e);
        }
    }

    @Command(name = "join", mixinStandardHelpOptions = true, description = "Brings this machine into a mesh.")
    int join(@Mixin MeshKeyOptions where,
            @Parameters(paramLabel = "TOKEN", description = {
                    "the token that floe mesh create printed; - reads it from standard input, which hides it from "
                            + "other users"}) String word,
            @Option(names = "--force", description = "leave the other mesh that this machine is in") boolean force)
            throws IOException {
        JoinToken token;
        try {
            token = JoinToken.parse(word.equals("-") ? firstLine() : word);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
        if (!force && isInAnother(where.file(), token) && !TerminalQuestion.isYes(spec.commandLine().getOut(),
                "This machine is in another mesh (" + where.file().path() + "). Leave that for mesh "
                        + token.key().name() + "?")) {
            throw new IOException("this machine is in another mesh already (" + where.file().path()
                    + "); to leave that for the one of this token, add --force");
        }
        where.file().write(token);
        System.out.println("joined mesh " + token.key().name()
                + "; a node that is started now is in it: floe node; one that runs must be restarted");
        token.writer().ifPresent(writer -> System.out.println(writer.maySign()
                ? "this machine may write to the mesh's cache"
                : "this machine reads the mesh's cache and may not write to it"));
        return 0;
    }

    /** A damaged key is none; one that cannot be read may be that of another mesh. */
    private static boolean isInAnother(MeshKeyFile file, JoinToken token) {
        if (!file.exists()) {
            return false;
        }
        try {
            return !file.read().key().id().equals(token.key().id());
        } catch (IOException e) {
            return !(e.getCause() instanceof IllegalArgumentException);
        }
    }

    private static String firstLine() throws IOException {
        byte[] bytes = System.in.readNBytes(MAX_INPUT_BYTES);
        return new String(bytes, StandardCharsets.UTF_8).strip().lines().findFirst().orElse("");
    }

    @Command(name = "token", mixinStandardHelpOptions = true, description = {
            "Prints the token with which other machines join."})
    int token(@Mixin MeshKeyOptions where, @Mixin SeedOptions seeds,
            @Option(names = "--writer", description = {
                    "print the token for machines that may write to a restricted cache"}) boolean forWriter)
            throws IOException {
        JoinToken known = where.file().read();
        if (forWriter && !known.writer().map(CacheWriterKey::maySign).orElse(false)) {
            throw new IOException(known.writer().isEmpty()
                    ? "in this mesh every machine may write to the cache; leave --writer away"
                    : "this machine may not write to the cache itself; ask on one that may");
        }
        LinkedHashSet<HostPort> all = new LinkedHashSet<>(seeds.seeds.isEmpty() ? List.of() : parsed(seeds));
        all.addAll(known.seeds());
        JoinToken token = new JoinToken(known.key(), all.stream().limit(JoinToken.MAX_SEEDS).toList(), known.writer());
        System.out.println((forWriter ? token : token.readOnly()).encode());
        return 0;
    }

    @Command(name = "info", mixinStandardHelpOptions = true, description = {
            "Shows the mesh of this machine: name, id, token file, age of the key, and the members.",
            "The members are those that the node of this machine knows."})
    int info(@Mixin MeshKeyOptions where, @Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form)
            throws IOException {
        MeshInfo info = MeshInfo.read(where.file(), node.socket());
        Instant now = Instant.now();
        if (form.isJson()) {
            System.out.println(info.json(now));
        } else {
            info.lines(now).forEach(System.out::println);
        }
        return 0;
    }

    @Command(name = "leave", mixinStandardHelpOptions = true, description = {
            "Removes this machine from its mesh; a running node stays in the mesh until it stops."})
    int leave(@Mixin MeshKeyOptions where) throws IOException {
        if (!where.file().exists()) {
            throw new IOException("this machine is in no mesh (" + where.file().path() + " does not exist)");
        }
        Files.delete(where.file().path());
        System.out.println("left");
        return 0;
    }
}
