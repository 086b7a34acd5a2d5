package dev.floe.node.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service whose main process a node is. Its supervisor may start a node again that ends by itself, so only the
 * supervisor may stop it.
 *
 * @param name of the unit or of the service
 */
public record SupervisingService(SupervisorKind kind, String name) {
    private static final String UNIT_SUFFIX = ".service";

    /** The supervisors that are known; each starts a process of its own for the node. */
    public enum SupervisorKind {
        SYSTEMD(""), SYSTEMD_USER(""), OPENRC("supervise-daemon"), RUNIT("runsv"), S6("s6-supervise");

        private final String program;

        SupervisorKind(String program) {
            this.program = program;
        }

        /** Whether its command may be run for the user: systemd asks whoever may not. */
        public boolean isSystemd() {
            return this == SYSTEMD || this == SYSTEMD_USER;
        }
    }

    /** What is asked of the supervisor. */
    public enum ServiceVerb {
        STOP, RESTART
    }

    /** The service of this process. */
    public static Optional<SupervisingService> ofThisProcess() {
        return find(System.getenv(), Path.of("/proc"), ProcessHandle.current().pid(),
                ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L));
    }

    /**
     * The service of a process.
     *
     * @param proc where /proc is
     */
    static Optional<SupervisingService> find(Map<String, String> environment, Path proc, long process, long parent) {
        return unit(environment, proc, process).or(() -> supervised(proc, parent));
    }

    /** Children of a service have its variables too, and only systemd from 248 on says whose they are. */
    private static Optional<SupervisingService> unit(Map<String, String> environment, Path proc, long process) {
        String main = environment.getOrDefault("SYSTEMD_EXEC_PID", Long.toString(process));
        if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty() || !main.equals(Long.toString(process))) {
            return Optional.empty();
        }
        return text(proc.resolve(process + "/cgroup")).lines().map(line -> line.substring(line.lastIndexOf(':') + 1))
                .filter(group -> group.endsWith(UNIT_SUFFIX))
                .map(group -> new SupervisingService(
                        group.contains("/user@") ? SupervisorKind.SYSTEMD_USER : SupervisorKind.SYSTEMD,
                        group.substring(group.lastIndexOf('/') + 1)))
                .findFirst();
    }

    /** The name of the service is the first argument of each of these supervisors. */
    private static Optional<SupervisingService> supervised(Path proc, long parent) {
        List<String> words = List.of(text(proc.resolve(parent + "/cmdline")).split("\0"));
        String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
        for (SupervisorKind kind : SupervisorKind.values()) {
            if (!kind.isSystemd() && kind.program.equals(program) && words.size() > 1) {
                return Optional.of(new SupervisingService(kind, words.get(1)));
            }
        }
        return Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return ""; // the process has ended, or /proc is not mounted
        }
    }

    /** The command by which its supervisor stops or restarts it. */
    public List<String> command(ServiceVerb verb) {
        boolean stop = verb == ServiceVerb.STOP;
        String word = stop ? "stop" : "restart";
        return switch (kind) {
            case SYSTEMD -> List.of("systemctl", word, name);
            case SYSTEMD_USER -> List.of("systemctl", "--user", word, name);
            case OPENRC -> List.of("rc-service", name, word);
            case RUNIT -> List.of("sv", stop ? "down" : "restart", name);
            case S6 -> List.of("s6-svc", stop ? "-d" : "-r", name);
        };
    }
}
