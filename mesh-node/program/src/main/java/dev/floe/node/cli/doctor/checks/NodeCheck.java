package dev.floe.node.cli.doctor.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorHost.FileFacts;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.host.FloeVersion;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;

/** Whether a node answers at the socket, in which mesh it is, and what it finds; if none answers, why. */
final class NodeCheck implements DoctorCheck {
    private static final String PART = "node";
    private static final Path SYSTEM_DIRECTORY = Path.of("/run/floe");
    private static final String VERSION = "version ";
    private static final int ROOT = 0;

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        Optional<DoctorDiagnosis> obstacle = strangeSocket(host, paths.socket());
        if (obstacle.isPresent()) {
            return List.of(obstacle.get());
        }
        try {
            List<String> nodes = host.ask(paths.socket(), "nodes");
            List<DoctorFinding> findings = new ArrayList<>();
            findings.add(DoctorFinding.ok(PART, "answers at " + paths.socket() + "\n" + nodes.stream()
                    .map(line -> "         " + line).collect(Collectors.joining("\n"))));
            membership(host, paths).ifPresent(findings::add);
            findings.addAll(own(host, paths));
            otherRelease(host, paths).ifPresent(findings::add);
            return DoctorCheck.found(findings);
        } catch (IOException e) {
            return without(host, paths, FailureText.of(e));
        }
    }

    /** Whether this user has no mesh key, and compiles through a node of another user, such as the system's. */
    static boolean isNodeOfAnother(DoctorHost host, DoctorPaths paths) {
        return host.file(paths.meshKey()).isEmpty()
                && host.file(paths.socket()).map(facts -> facts.owner() != host.userId()).orElse(false);
    }

    /** The wrapper obeys only a node of its own user or of root, and a system node in /run/floe. */
    private static Optional<DoctorDiagnosis> strangeSocket(DoctorHost host, Path socket) {
        Optional<FileFacts> facts = host.file(socket);
        if (facts.isEmpty()) {
            return closedDirectory(host, socket);
        }
        FileFacts file = facts.get();
        boolean own = file.owner() == host.userId();
        if (!own && file.owner() != ROOT && !socket.startsWith(SYSTEM_DIRECTORY)) {
            return Optional.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.SOCKET_OWNER, PART, socket
                    + " is the socket of another user (" + file.owner()
                    + "), whom the wrapper does not obey; start a node of your own: floe node, or a system node with"
                    + " --socket /run/floe/node.sock")));
        }
        if (!own && host.userId() != ROOT && (file.mode() & 0002) == 0) {
            return Optional.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.SOCKET_OWNER, PART, socket
                    + " may not be used by this user (mode " + Integer.toOctalString(file.mode())
                    + "); a system node opens its socket to all if it is below /run/floe")));
        }
        return Optional.empty();
    }

    /** The directory of a system node may be open to a group only, as that of Floe's packages is. */
    private static Optional<DoctorDiagnosis> closedDirectory(DoctorHost host, Path socket) {
        boolean closed = host.userId() != ROOT && Optional.ofNullable(socket.toAbsolutePath().getParent())
                .flatMap(host::file)
                .map(directory -> directory.owner() != host.userId() && (directory.mode() & 0001) == 0).orElse(false);
        return closed
                ? Optional.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.SOCKET_OWNER, PART,
                        "this user may not enter " + socket.getParent()
                                + ", where a system node listens; add the user to its group: usermod -aG floe USER")))
                : Optional.empty();
    }

    /** A node stays in the mesh that it was started in, whatever the key says now. */
    private static Optional<DoctorFinding> membership(DoctorHost host, DoctorPaths paths) throws IOException {
        String now = host.ask(paths.socket(), "mesh").stream().findFirst().orElse("");
        String id = keyId(host, paths.meshKey());
        if (isNodeOfAnother(host, paths) && !now.startsWith(ControlClient.ERROR)) {
            return Optional.of(now.equals("none")
                    ? DoctorFinding.noMesh("the node, which another user runs,")
                    : DoctorFinding.ok("mesh", nameOf(now) + ", of the node, which another user runs"));
        }
        if (now.startsWith(ControlClient.ERROR) || id.isEmpty() && now.equals("none")) {
            return Optional.empty();
        }
        String name = nameOf(now);
        if (now.equals("none")) {
            return Optional.of(DoctorFinding.problem(DoctorTopic.KEY_CHANGED, PART,
                    "it was started before this machine joined its mesh, or with another --mesh-key; restart it: floe"
                            + " restart"));
        }
        if (id.isEmpty()) {
            return Optional.of(DoctorFinding.note(DoctorTopic.KEY_CHANGED, "mesh", "the node is in mesh " + name
                    + ", whose key is in another file, or was removed after its start"));
        }
        return now.startsWith(id + " ")
                ? Optional.empty()
                : Optional.of(DoctorFinding.problem(DoctorTopic.KEY_CHANGED, PART, "it runs in another mesh (" + name
                        + ", id " + now.substring(0, now.indexOf(' ')) + ") than the key on this machine is of;"
                        + " restart it, or start it with the same --mesh-key"));
    }

    private static String nameOf(String idAndName) {
        return idAndName.substring(idAndName.indexOf(' ') + 1);
    }

    private static String keyId(DoctorHost host, Path key) {
        try {
            return host.file(key).isPresent() ? new MeshKeyFile(key).read().key().id() : "";
        } catch (IOException _) {
            return ""; // the check of the key says so
        }
    }

    /** What the node finds about its mesh, its peers and its builds. */
    private static List<DoctorFinding> own(DoctorHost host, DoctorPaths paths) throws IOException {
        List<String> answer = host.ask(paths.socket(), "doctor-own");
        if (answer.stream().anyMatch(line -> line.startsWith(ControlClient.ERROR))) {
            return List.of(DoctorFinding.problem(DoctorTopic.OLD_NODE, PART,
                    "it is of an older release than this program; restart it: floe restart"));
        }
        return answer.stream().map(DoctorFinding::decode).flatMap(Optional::stream).toList();
    }

    /** After an upgrade a node that no service runs goes on as it was. Nodes before 0.2.0 do not say what they are. */
    private static Optional<DoctorFinding> otherRelease(DoctorHost host, DoctorPaths paths) throws IOException {
        return host.ask(paths.socket(), "process").stream().filter(line -> line.startsWith(VERSION))
                .map(line -> line.substring(VERSION.length())).filter(version -> !version.equals(FloeVersion.read()))
                .findFirst()
                .map(version -> DoctorFinding.note(DoctorTopic.OLD_NODE, PART, "the running node is of release "
                        + version + ", and this program of " + FloeVersion.read() + "; restart it: floe restart"));
    }

    private static List<DoctorDiagnosis> without(DoctorHost host, DoctorPaths paths, String why) {
        List<DoctorDiagnosis> found = new ArrayList<>();
        Path socket = paths.socket();
        DoctorFinding silent = DoctorFinding.problem(DoctorTopic.NO_NODE, PART, why);
        boolean left = host.file(socket).map(facts -> facts.owner() == host.userId()).orElse(false)
                && why.contains("has ended");
        found.add(left
                ? DoctorDiagnosis.of(silent, "remove " + socket + ", which a node has left behind",
                        () -> Files.deleteIfExists(socket))
                : DoctorDiagnosis.of(silent));
        String runtime = host.environment().getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty() && host.file(Path.of(runtime)).isEmpty()) {
            found.add(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.RUNTIME_DIRECTORY, PART,
                    "XDG_RUNTIME_DIR is " + runtime + ", which does not exist, so a node cannot listen there; log in"
                            + " as this user (not by su), or unset it")));
        }
        for (int port : List.of(GroupConfig.DEFAULT_PORT, GroupConfig.DEFAULT_PORT + 1)) {
            host.bindFailure(port).map(failure -> portTaken(host, port, failure)).ifPresent(found::add);
        }
        return found;
    }

    /** A node that is starting, also at another address of the machine, has its ports before it answers. */
    private static DoctorDiagnosis portTaken(DoctorHost host, int port, String failure) {
        OptionalLong owner = host.listener(port);
        String cannot = "port " + port + " cannot be opened: " + failure;
        return DoctorDiagnosis.of(owner.isPresent() && owner.getAsLong() == host.userId()
                ? DoctorFinding.problem(DoctorTopic.PORT_TAKEN, PART, cannot + "; a program of this user has it, most"
                        + " likely a node that is starting, or joins again because this machine has another address:"
                        + " run floe doctor again in a few seconds; if it stays so, ss -ltnp shows the program")
                : DoctorFinding.problem(DoctorTopic.PORT_TAKEN, PART, cannot + "; another program or another user's"
                        + " node has it"
                        + (owner.isPresent() ? " (of the user " + owner.getAsLong() + "; ss -ltnp)" : " (ss -ltnp)")
                        + ", so start the node with --listen ADDRESS:PORT"));
    }
}
