package dev.floe.node.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.service.NodeProcess;
import dev.floe.node.service.SupervisingService;
import dev.floe.node.service.SupervisingService.SupervisorKind;

class NodeStopperTest {
    private final List<String> commands = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final StringWriter printed = new StringWriter();
    private List<String> description = List.of();
    private List<String> answer = List.of("stopping desk");
    private Runnable onStop = () -> {};
    private int exit;

    @TempDir
    private Path directory;
    private Path socket = Path.of("");

    @BeforeEach
    void listen() throws IOException {
        socket = Files.createFile(directory.resolve("node.sock"));
    }

    private NodeStopper stopper() {
        ServiceControl.ServiceHost host = new ServiceControl.ServiceHost() {
            @Override
            public boolean exists(Path path) {
                return true;
            }

            @Override
            public int run(List<String> command) {
                commands.add(String.join(" ", command));
                return exit;
            }

            @Override
            public long startInBackground(List<String> command, Path log) {
                commands.add(String.join(" ", command));
                return 0;
            }

            @Override
            public long userId() {
                return 987_654_321;
            }
        };
        return new NodeStopper(socket, (_, request, lines) -> {
            requests.add(request.getFirst());
            if (request.getFirst().equals("stop")) {
                answer.forEach(lines);
                onStop.run();
            } else {
                description.forEach(lines);
            }
        }, Path.of("/usr/bin/floe"), host, new PrintWriter(printed, true));
    }

    private void describe(ProcessHandle process, Optional<SupervisingService> service) {
        description = new NodeProcess(process.pid(), process.info().startInstant().orElse(Instant.EPOCH),
                new NodeProcess.NodeStartCommand(directory, List.of("node")), directory, Duration.ZERO, service)
                .encode();
    }

    private void isService(SupervisorKind kind) {
        describe(ProcessHandle.current(), Optional.of(new SupervisingService(kind, "floe.service")));
    }

    @Test
    void aNodeOfSystemdIsStoppedAndRestartedBySystemd() throws IOException {
        isService(SupervisorKind.SYSTEMD_USER);
        stopper().stop();
        isService(SupervisorKind.SYSTEMD);
        stopper().restart();
        assertThat(commands).containsExactly("systemctl --user stop floe.service", "systemctl restart floe.service");
        assertThat(requests).doesNotContain("stop");
        assertThat(printed.toString()).contains("stopped: the service floe.service",
                "restarted: the service floe.service");
    }

    @Test
    void saysWhoMayStopAServiceIfSystemdRefuses() {
        isService(SupervisorKind.SYSTEMD);
        exit = 5;
        assertThatThrownBy(() -> stopper().stop()).hasMessageContaining("sudo systemctl stop floe.service");
    }

    @Test
    void namesTheCommandOfAnotherSupervisor() {
        isService(SupervisorKind.OPENRC);
        assertThatThrownBy(() -> stopper().stop()).hasMessageContaining("as root: rc-service floe.service stop");
        assertThat(commands).isEmpty();
        assertThat(requests).doesNotContain("stop");
    }

    @Test
    void waitsUntilTheProcessHasEnded() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        describe(process.toHandle(), Optional.empty());
        onStop = process::destroy;
        stopper().stop();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed.toString()).contains("stopped: the node at " + socket + " (process " + process.pid() + ")");
    }

    @Test
    void saysThatTheUserMayNotStopTheNode() {
        describe(ProcessHandle.current(), Optional.empty());
        answer = List.of("error: only the node's own user and root may ask for this");
        assertThatThrownBy(() -> stopper().stop()).hasMessage("only the node's own user and root may ask for this");
    }

    @Test
    void doesNotRestartANodeOfAnotherUser() {
        describe(ProcessHandle.current(), Optional.empty());
        assertThatThrownBy(() -> stopper().restart()).hasMessageContaining("of another user");
        assertThat(requests).doesNotContain("stop");
    }

    @Test
    void namesTheScriptForANodeOfAnEarlierRelease() {
        description = List.of("error: this node, version 0.1.0, does not know the request [process]; restart it");
        assertThatThrownBy(() -> stopper().stop()).hasMessageContaining("/usr/lib/floe/stop-nodes");
    }
}
