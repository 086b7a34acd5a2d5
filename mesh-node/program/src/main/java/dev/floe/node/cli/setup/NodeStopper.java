package dev.floe.node.cli.setup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.service.NodeProcess;
import dev.floe.node.service.SupervisingService;
import dev.floe.node.service.SupervisingService.ServiceVerb;
import dev.floe.node.submitter.ControlClient;

/**
 * Stops the node behind a socket, or restarts it: by its service if one runs it, otherwise by a request over the
 * socket.
 */
final class NodeStopper {
    /** What a node takes to end beyond the time that its running jobs have. */
    private static final Duration MARGIN = Duration.ofSeconds(20);
    private static final Duration DEFAULT_START_WAIT = Duration.ofSeconds(60);
    private static final String UNKNOWN = "does not know the request";

    private final Path socket;
    private final NodeRequests node;
    private final Path program;
    private final ServiceControl.ServiceHost host;
    private final PrintWriter out;

    /** The way to the node; tests have one of their own. */
    @FunctionalInterface
    interface NodeRequests {
        void ask(Path socket, List<String> request, Consumer<String> line) throws IOException;
    }

    /** @param program the installed floe */
    NodeStopper(Path socket, NodeRequests node, Path program, ServiceControl.ServiceHost host, PrintWriter out) {
        this.socket = socket;
        this.node = node;
        this.program = program;
        this.host = host;
        this.out = out;
    }

    /** For the node of this machine behind a socket. */
    static NodeStopper of(Path socket, PrintWriter out) {
        return new NodeStopper(socket, ControlClient::ask, DefaultPaths.program(), ServiceControl.local(), out);
    }

    /** @throws IOException if no node answers, or it may not be stopped or does not end; the message says what to do */
    void stop() throws IOException {
        NodeProcess process = describe();
        if (process.service().isPresent()) {
            useService(process.service().get(), ServiceVerb.STOP, "stopped");
            return;
        }
        end(process);
        out.println("stopped: the node at " + socket + " (process " + process.id() + ")");
    }

    /** Starts the node again with the same options, and waits until it answers. */
    void restart() throws IOException {
        NodeProcess process = describe();
        if (process.service().isPresent()) {
            useService(process.service().get(), ServiceVerb.RESTART, "restarted");
            return;
        }
        long owner = ((Number) Files.getAttribute(socket, "unix:uid")).longValue();
        if (owner != host.userId()) {
            throw new IOException("the node at " + socket + " is of another user (" + owner
                    + "), who can restart it: floe restart; floe stop stops it for root too");
        }
        end(process);
        Path log = process.data().resolve("node.log");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", process.command().directory().toString(),
                        program.toString()));
        command.addAll(process.command().arguments());
        long started = host.startInBackground(command, log);
        long end = System.nanoTime() + DEFAULT_START_WAIT.toNanos();
        while (!ControlAnswer.of(socket).answers()) {
            if (System.nanoTime() > end || ProcessHandle.of(started).isEmpty()) {
                throw new IOException("the node has ended, but the new one (process " + started
                        + ") does not answer at " + socket + "; its log says why: " + log);
            }
            ControlAnswer.pause();
        }
        out.println("restarted: the node at " + socket + " is process " + started + " in the background, its log is "
                + log);
    }

    private NodeProcess describe() throws IOException {
        List<String> answer = ask("process");
        for (String line : answer) {
            if (line.startsWith(ControlClient.ERROR) && line.contains(UNKNOWN)) {
                throw new IOException("the node at " + socket + " is of an earlier release, which no request stops; use"
                        + " its service (systemctl [--user] stop floe), or " + program.resolveSibling(
                                "../lib/floe/stop-nodes").normalize()
                        + ", which stops the nodes of this installation that no service runs");
            }
            refuse(line);
        }
        return NodeProcess.decode(answer);
    }

    private List<String> ask(String request) throws IOException {
        List<String> answer = new ArrayList<>();
        try {
            node.ask(socket, List.of(request), answer::add);
        } catch (IOException e) {
            if (answer.isEmpty()) {
                throw e;
            } // it had answered, and ended before the end of the answer
        }
        return answer;
    }

    private static void refuse(String line) throws IOException {
        if (line.startsWith(ControlClient.ERROR)) {
            throw new IOException(line.substring(ControlClient.ERROR.length()));
        }
    }

    private void useService(SupervisingService service, ServiceVerb verb, String done) throws IOException {
        String command = String.join(" ", service.command(verb));
        if (!service.kind().isSystemd()) {
            throw new IOException("a service runs this node, and would start it again; run as root: " + command);
        }
        int exit = host.run(service.command(verb));
        if (exit != 0) {
            throw new IOException(command + " failed (exit code " + exit + ")"
                    + (service.kind() == SupervisingService.SupervisorKind.SYSTEMD
                            ? "; only root, and whom the system allows it, may do that: sudo " + command
                            : "; only the user of the node may do that"));
        }
        out.println(done + ": the service " + service.name() + " (" + command + ")"
                + (verb == ServiceVerb.STOP ? "; it starts again with the machine or session, if it is enabled" : ""));
    }

    private void end(NodeProcess process) throws IOException {
        Optional<ProcessHandle> running = process.handle();
        for (String line : ask("stop")) {
            refuse(line);
        }
        Duration limit = process.drain().plus(MARGIN);
        if (!ends(running.<BooleanSupplier>map(handle -> () -> hasEnded(handle)).orElse(this::isSilent), limit)) {
            throw new IOException("the node (process " + process.id() + ") has not ended within " + limit.toSeconds()
                    + " s; its log says what it waits for; kill -KILL " + process.id() + " ends it and its jobs");
        }
    }

    private static boolean ends(BooleanSupplier ended, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!ended.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            ControlAnswer.pause();
        }
        return true;
    }

    /** A process whose parent has not looked after its end is a zombie, which Java takes for alive. */
    private static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"),
                    StandardCharsets.ISO_8859_1);
            return !process.isAlive() || stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (IOException _) {
            return !process.isAlive();
        }
    }

    /** A node in another container has a process that is not seen from here. */
    private boolean isSilent() {
        return !ControlAnswer.of(socket).answers();
    }
}
