package dev.floe.node.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;
import dev.floe.node.cli.options.TerminalQuestion;
import dev.floe.node.cli.setup.MeshMembership;
import dev.floe.node.cli.setup.MeshOptions;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.store.FailureText;

/** {@code floe mesh}: creates a mesh, joins one, manages its members, describes it, or leaves it. */
@Command(name = "mesh", mixinStandardHelpOptions = true, description = {
        "Creates a mesh, invites machines, joins a mesh, lists its members, changes its key, expels a member, or "
                + "leaves it."})
final class MeshCommand implements Runnable {
    private static final int MAX_INPUT_BYTES = 1 << 16;
    private static final int MAX_USES = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "missing subcommand: create, invite, join, members, rotate, expel, token, info or "
                        + "leave");
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = {
            "Makes a new mesh with this machine in it, and prints its token.",
            "The token contains the key of the mesh: anyone who has it can join. An invitation lets one machine in: "
                    + "floe mesh invite, once the node runs.",
            "With --restrict-cache there are two tokens. Only machines that join with the second may write to the "
                    + "cache."})
    int create(@Mixin MeshOptions.KeyFile where, @Mixin MeshOptions.Seeds seeds,
            @Option(names = "--restrict-cache", description = {
                    "let only some machines write to the mesh's result cache"}) boolean restrict,
            @Option(names = "--force", description = "leave the mesh that this machine is in") boolean force,
            @Mixin MeshOptions.Naming naming)
            throws IOException {
        String name = naming.name(spec.commandLine());
        if (where.file().exists() && !force) {
            throw new IOException("this machine is in a mesh already (" + where.file().path()
                    + "); to leave it for a new one, add --force");
        }
        JoinToken token = new JoinToken(key(name), seeds.list(spec.commandLine()),
                restrict ? Optional.of(CacheWriterKey.create()) : Optional.empty());
        where.file().write(token);
        System.out.println("mesh " + name + " made; when its node runs, floe mesh invite prints an invitation for "
                + "another machine. Without one: floe mesh join TOKEN, with this TOKEN, which is the key of the mesh:");
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

    @Command(name = "join", mixinStandardHelpOptions = true, description = "Brings this machine into a mesh.")
    int join(@Mixin MeshOptions.KeyFile where,
            @Parameters(paramLabel = "INVITATION", description = {
                    "the invitation that floe mesh invite printed, or a token; - reads it from standard input, which "
                            + "hides it from other users"}) String word,
            @Option(names = "--name", paramLabel = "NAME", description = {
                    "name of this machine until its node runs (default: the host name)"}) @Nullable String name,
            @Option(names = "--force", description = "leave the other mesh that this machine is in") boolean force)
            throws IOException {
        String text = word.equals("-") ? firstLine() : word.strip();
        if (text.startsWith(Invitation.PREFIX)) {
            return redeem(where.file(), invitation(text), name, force);
        }
        JoinToken token;
        try {
            token = MeshMembership.token(text);
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
        System.err.println("floe: warning: a token contains the key of the mesh, and lets anyone in until the key is "
                + "rotated; an invitation does not: floe mesh invite");
        printJoined(token);
        return 0;
    }

    private Invitation invitation(String text) {
        try {
            return Invitation.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
    }

    private int redeem(MeshKeyFile file, Invitation invitation, @Nullable String name, boolean force)
            throws IOException {
        if (file.exists() && !force) {
            throw new IOException("this machine is in a mesh already (" + file.path()
                    + "); to leave it for the one of this invitation, add --force");
        }
        printJoined(new MeshMembership(file).redeem(invitation, name));
        return 0;
    }

    private static void printJoined(JoinToken token) {
        System.out.println("joined mesh " + token.key().name()
                + "; a node that is started now is in it: floe node; one that runs must be restarted");
        token.writer().ifPresent(writer -> System.out.println(writer.maySign()
                ? "this machine may write to the mesh's cache"
                : "this machine reads the mesh's cache and may not write to it"));
    }

    @RunsInNode
    @Command(name = "invite", mixinStandardHelpOptions = true, description = {
            "Prints an invitation, with which another machine joins: floe mesh join INVITATION.",
            "It is a secret until it has been used. It does not contain the key of the mesh. The node must run."})
    int invite(@Mixin NodeClientOptions node,
            @Option(names = "--expires", paramLabel = "TIME", defaultValue = "24h", description = {
                    "for how long it opens the mesh: 30m, 24h, 7d (default: 24h)"}) String expires,
            @Option(names = "--uses", paramLabel = "N", defaultValue = "1", description = {
                    "how many machines may join with it, 1 to 1000 (default: 1)"}) int uses,
            @Option(names = "--writer", description = {
                    "who joins with it may write to a restricted cache"}) boolean writer)
            throws IOException {
        Duration valid = InvitationTime.parse(expires).orElseThrow(
                () -> new ParameterException(spec.commandLine(),
                        "--expires: expected a time from 1m to 90d, such as 30m, 24h or 7d, not " + expires));
        if (uses < 1 || uses > MAX_USES) {
            throw new ParameterException(spec.commandLine(), "--uses: expected 1 to " + MAX_USES + ", not " + uses);
        }
        List<String> request = new ArrayList<>(
                List.of("mesh-invite", Long.toString(valid.toSeconds()), Integer.toString(uses)));
        if (writer) {
            request.add("--writer");
        }
        return node.ask(request.toArray(String[]::new));
    }

    @RunsInNode
    @Command(name = "members", mixinStandardHelpOptions = true, description = {
            "Lists the members of the mesh with their keys, those that are away too."})
    int members(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "mesh-members");
    }

    @Command(name = "rotate", mixinStandardHelpOptions = true, description = {
            "Gives the mesh a new key. Jobs go on; members that are away get it when they come back.",
            "Tokens and invitations made before open nothing any more."})
    int rotate(@Mixin NodeClientOptions node,
            @Option(names = "--without", paramLabel = "NODE", arity = "1..*", split = ",", description = {
                    "expel these members: names, or the first digits of their keys"}) @Nullable List<String> without,
            @Option(names = "--force", description = {
                    "also if members of an older release, which have no keys, must join again"}) boolean force,
            @Mixin Confirmation confirmation)
            throws IOException {
        if (without != null && !without.isEmpty()) {
            confirmation.ask(spec.commandLine(), without);
        }
        List<String> request = new ArrayList<>(List.of("mesh-rotate"));
        request.addAll(without == null ? List.of() : without);
        if (force) {
            request.add("--force");
        }
        return node.ask(request.toArray(String[]::new));
    }

    @Command(name = "expel", mixinStandardHelpOptions = true, description = {
            "Removes a member from the mesh, for good: the mesh gets a new key, and all refuse the member's own key."})
    int expel(@Mixin NodeClientOptions node,
            @Parameters(paramLabel = "NODE", arity = "1..*", description = {
                    "names, or the first digits of their keys (floe mesh members)"}) List<String> names,
            @Option(names = "--force", description = {
                    "also if members of an older release, which have no keys, must join again"}) boolean force,
            @Mixin Confirmation confirmation)
            throws IOException {
        return rotate(node, names, force, confirmation);
    }

    /** The question before members are expelled, which nothing but a new invitation undoes. */
    static final class Confirmation {
        @Option(names = {"-y", "--yes"}, description = {
                "do not ask before a member is expelled; without a terminal nothing is asked"})
        private boolean yes;

        void ask(CommandLine line, List<String> names) throws IOException {
            String all = String.join(", ", names);
            if (!yes && TerminalQuestion.hasTerminal() && !TerminalQuestion.isYes(line.getOut(), "Expel " + all
                    + " from the mesh for good? Only a new invitation brings a member back.")) {
                throw new IOException("nothing is changed; " + all + " stays in the mesh");
            }
        }
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
    int token(@Mixin MeshOptions.KeyFile where, @Mixin MeshOptions.Seeds seeds,
            @Option(names = "--writer", description = {
                    "print the token for machines that may write to a restricted cache"}) boolean forWriter)
            throws IOException {
        JoinToken known = where.file().read();
        if (forWriter && !known.writer().map(CacheWriterKey::maySign).orElse(false)) {
            throw new IOException(known.writer().isEmpty()
                    ? "in this mesh every machine may write to the cache; leave --writer away"
                    : "this machine may not write to the cache itself; ask on one that may");
        }
        LinkedHashSet<HostPort> all = new LinkedHashSet<>(seeds.named(spec.commandLine()));
        all.addAll(known.seeds());
        JoinToken token = new JoinToken(known.key(), all.stream().limit(JoinToken.MAX_SEEDS).toList(), known.writer(),
                known.lineage());
        System.out.println((forWriter ? token : token.readOnly()).encode());
        return 0;
    }

    @Command(name = "info", mixinStandardHelpOptions = true, description = {
            "Shows the mesh of this machine: name, id, token file, age of the key, and the members.",
            "The members are those that the node of this machine knows."})
    int info(@Mixin MeshOptions.KeyFile where, @Mixin NodeClientOptions node,
            @Mixin NodeClientOptions.OutputOptions form)
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
    int leave(@Mixin MeshOptions.KeyFile where) throws IOException {
        if (!where.file().exists()) {
            throw new IOException("this machine is in no mesh (" + where.file().path() + " does not exist)");
        }
        Files.delete(where.file().path());
        System.out.println("left");
        return 0;
    }
}
