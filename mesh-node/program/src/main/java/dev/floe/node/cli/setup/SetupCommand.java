package dev.floe.node.cli.setup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.cli.doctor.LocalDoctorHost;
import dev.floe.node.cli.doctor.checks.DoctorChecks;
import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.cli.options.TerminalQuestion;
import dev.floe.node.cli.setup.MeshMembership.MembershipChange;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.findings.DoctorFinding.Severity;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;

/** {@code floe setup}: from an installation to a node in a mesh. */
@Command(name = "setup", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Makes this machine a member of a mesh: key, configuration, service.",
        "It asks what no option says, and without a terminal takes the defaults. At the end it runs floe doctor.",
        "It can be run again. A key is never replaced without a question or --force."})
public final class SetupCommand implements Callable<Integer> {
    private static final int ATTEMPTS = 60;
    /** For a day and one machine. */
    private static final List<String> INVITE = List.of("mesh-invite", "86400", "1");
    private static final Path SYSTEM_SOCKET = Path.of("/run/floe/node.sock");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(exclusive = true)
    private @Nullable MeshChoice mesh;

    @ArgGroup(exclusive = true)
    private @Nullable ShareChoice share;

    @ArgGroup(exclusive = true)
    private @Nullable UserChoice users;

    @Option(names = "--force", description = "with --join: leave the other mesh that this machine is in")
    private boolean force;

    @Option(names = "--no-start", description = "do not start the node")
    private boolean noStart;

    /** Which mesh. */
    static final class MeshChoice {
        @Option(names = "--new", paramLabel = "NAME", arity = "0..1", fallbackValue = "", description = {
                "make a new mesh (the default; without NAME two words are drawn)"})
        private @Nullable String newName;

        @Option(names = "--join", paramLabel = "INVITATION", description = {
                "join the mesh of this invitation or token; - reads it from standard input"})
        private @Nullable String token;
    }

    /** Whether the machine executes for others. */
    static final class ShareChoice {
        @Option(names = "--share", description = "compile for other machines too (the default)")
        private boolean yes;

        @Option(names = "--no-share", description = "only send compiles to other machines")
        private boolean no;
    }

    /** Whose node it is. */
    static final class UserChoice {
        @Option(names = "--user", description = "a node for this user (the default, except for root)")
        private boolean mine;

        @Option(names = "--system", description = "a node for all users of this machine; only root can set it up")
        private boolean all;
    }

    /** Where the parts are. */
    private record SetupPlaces(boolean system, Path key, Path configuration, Path socket, Path log) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (mesh != null && mesh.newName != null && mesh.newName.startsWith("-")) {
            throw new ParameterException(spec.commandLine(), "--new: no mesh can be called " + mesh.newName);
        }
        SetupPlaces places = places(out);
        ControlAnswer node = ControlAnswer.of(places.socket());
        MembershipChange membership = membership(new MeshMembership(new MeshKeyFile(places.key())), out);
        boolean shares = shares(out);
        boolean configured = new ConfigFileEditor(places.configuration()).setSwitch("no-execute", !shares);
        String sharing = "this machine " + (shares ? "compiles for others" : "only sends compiles to others");
        out.println(configured ? places.configuration() + ": written, " + sharing : sharing);
        out.flush();
        if (!noStart) {
            start(places, node, membership != MembershipChange.KEPT, configured, out);
        }
        if (membership == MembershipChange.CREATED) {
            printInvitation(places, out);
        }
        return DoctorChecks.print(new LocalDoctorHost(), DoctorPaths.of(places.socket()), out).stream()
                .noneMatch(diagnosis -> diagnosis.finding().severity() == Severity.PROBLEM) ? 0 : 1;
    }

    private SetupPlaces places(PrintWriter out) throws IOException {
        boolean root = DefaultPaths.isRoot();
        boolean system = users != null
                ? users.all
                : root && !TerminalQuestion.ask(out, "For all users of this machine, or only for root? [A/r]")
                        .toLowerCase(Locale.ROOT).startsWith("r");
        if (system && !root) {
            throw new ParameterException(spec.commandLine(),
                    "only root can set up a node for all users: sudo floe setup --system");
        }
        if (!system && !DefaultPaths.socket().equals(SYSTEM_SOCKET) && ControlAnswer.of(SYSTEM_SOCKET).answers()) {
            throw new IOException("a node for all users runs already (" + SYSTEM_SOCKET + "), and this user may use it:"
                    + " to set that up again, run sudo floe setup --system; to have one of your own, stop it first"
                    + " (systemctl disable --now floe)");
        }
        Path socket = system ? SYSTEM_SOCKET : DefaultPaths.socket();
        return new SetupPlaces(system, DefaultPaths.meshKey(), DefaultPaths.configuration(), socket,
                DefaultPaths.data().resolve("node.log"));
    }

    private MembershipChange membership(MeshMembership membership, PrintWriter out) throws IOException {
        String text = text(membership, out);
        if (text.startsWith(Invitation.PREFIX)) {
            return redeem(membership, text, out);
        }
        Optional<JoinToken> token = token(text);
        MembershipChange change;
        try {
            if (token.isPresent()) {
                if (membership.isInAnother(token.get()) && !force && !TerminalQuestion.isYes(out,
                        "This machine is in another mesh. Leave that for mesh " + token.get().key().name() + "?")) {
                    throw new IOException("this machine is in another mesh already (" + membership.file().path()
                            + "); to leave that for the one of this token, add --force");
                }
                change = membership.join(token.get());
            } else {
                change = membership.create(mesh == null || mesh.newName == null ? "" : mesh.newName);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
        JoinToken now = membership.file().read();
        out.println(switch (change) {
            case KEPT -> "this machine is in mesh " + now.key().name() + " already; its key is kept";
            case JOINED -> "joined mesh " + now.key().name();
            case CREATED -> "mesh " + now.key().name() + " made";
        });
        return change;
    }

    /** An invitation for the next machine; the token if no node runs that could make one. */
    private static void printInvitation(SetupPlaces places, PrintWriter out) throws IOException {
        List<String> answer = new ArrayList<>();
        if (ControlAnswer.of(places.socket()).answers()) {
            ControlClient.ask(places.socket(), INVITE, answer::add);
        }
        if (!answer.isEmpty() && answer.getLast().startsWith(Invitation.PREFIX)) {
            out.println("on the next machine: floe setup --join INVITATION, with this one, which lets one machine in "
                    + "within a day (for more: floe mesh invite):\n" + answer.getLast());
        } else {
            out.println(
                    "on each other machine: floe setup --join TOKEN, with this TOKEN, which is a secret (an invitation "
                            + "lets in one machine, and only for a day: floe mesh invite, once the node runs):\n"
                            + new MeshKeyFile(places.key()).read().readOnly().encode());
        }
        out.flush();
    }

    private MembershipChange redeem(MeshMembership membership, String text, PrintWriter out) throws IOException {
        if (membership.current().isPresent() && !force) {
            throw new IOException("this machine is in a mesh already (" + membership.file().path()
                    + "); to leave it for the one of this invitation, add --force");
        }
        try {
            out.println("joined mesh " + membership.redeem(Invitation.parse(text), null).key().name());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
        return MembershipChange.JOINED;
    }

    /** The word that an option or the user gives; empty for a new mesh, or to keep the one that there is. */
    private String text(MeshMembership membership, PrintWriter out) throws IOException {
        if (mesh != null && mesh.token != null) {
            return mesh.token.equals("-") ? firstLine() : mesh.token.strip();
        }
        return mesh == null && membership.current().isEmpty()
                ? TerminalQuestion.ask(out, "Invitation into a mesh, or its token (empty: make a new mesh)?")
                : "";
    }

    private Optional<JoinToken> token(String text) {
        try {
            boolean isGiven = !text.isEmpty() || mesh != null && mesh.token != null;
            return isGiven ? Optional.of(MeshMembership.token(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), FailureText.of(e), e);
        }
    }

    private static String firstLine() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return line == null ? "" : line.strip();
    }

    private boolean shares(PrintWriter out) {
        return share != null
                ? share.yes
                : !TerminalQuestion.ask(out, "Compile for other machines too? [Y/n]").toLowerCase(Locale.ROOT)
                        .startsWith("n");
    }

    private void start(SetupPlaces places, ControlAnswer node, boolean newMesh, boolean configured, PrintWriter out)
            throws IOException {
        if (node.answers() && !newMesh && !configured) {
            out.println("the node runs already");
            return;
        }
        ServiceControl service = new ServiceControl(places.system(), DefaultPaths.program(), places.log(),
                ServiceControl.local());
        if (node.answers() && !newMesh) {
            ControlClient.ask(places.socket(), List.of("reload"), line -> out.println("reload: " + line));
            return;
        }
        out.println(service.start(node.answers())
                .orElse("floe restart restarts the node, so that it is in the mesh of the new key"));
        out.flush();
        for (int i = 0; i < ATTEMPTS && !ControlAnswer.of(places.socket()).answers(); i++) {
            ControlAnswer.pause();
        }
    }
}
