package dev.floe.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.service.SupervisingService.ServiceVerb;
import dev.floe.node.service.SupervisingService.SupervisorKind;

class SupervisingServiceTest {
    private static final long PROCESS = 4711;
    private static final long PARENT = 1;
    private static final Map<String, String> MAIN = Map.of("NOTIFY_SOCKET", "/run/n", "SYSTEMD_EXEC_PID", "4711");

    @TempDir
    private Path proc;

    private void write(String name, String text) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Optional<SupervisingService> find(Map<String, String> environment) {
        return SupervisingService.find(environment, proc, PROCESS, PARENT);
    }

    @ParameterizedTest
    @CsvSource({"0::/system.slice/floe.service, systemctl restart floe.service",
            "1:name=systemd:/system.slice/floe.service, systemctl restart floe.service",
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/floe.service, "
                    + "systemctl --user restart floe.service"})
    void knowsTheUnitOfSystemd(String group, String command) throws IOException {
        write("4711/cgroup", group + "\n");
        assertThat(find(MAIN).orElseThrow().command(ServiceVerb.RESTART)).isEqualTo(List.of(command.split(" ")));
    }

    @Test
    void aChildOfAnotherServiceIsNone() throws IOException {
        write("4711/cgroup", "0::/system.slice/ssh.service\n");
        assertThat(find(Map.of())).isEmpty();
        assertThat(find(Map.of("NOTIFY_SOCKET", "/run/n", "SYSTEMD_EXEC_PID", "12"))).isEmpty();
        write("4711/cgroup", "0::/user.slice/user-0.slice/session-3.scope\n");
        assertThat(find(MAIN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/sbin/supervise-daemon, rc-service floe stop", "runsv, sv down floe", "s6-supervise, s6-svc -d floe"})
    void knowsOtherSupervisorsByTheParent(String program, String command) throws IOException {
        write("1/cmdline", program + "\0floe\0--start\0");
        assertThat(find(Map.of()).orElseThrow().command(ServiceVerb.STOP)).isEqualTo(List.of(command.split(" ")));
        write("1/cmdline", "/sbin/init\0");
        assertThat(find(Map.of())).isEmpty();
    }

    @Test
    void aProcessDescribesItselfInLines() throws IOException {
        NodeProcess process = new NodeProcess(PROCESS, Instant.ofEpochMilli(99),
                new NodeProcess.NodeStartCommand(Path.of("/a dir"), List.of("node", "--name", "a b\n\\n\r")),
                Path.of("/d"),
                Duration.ofSeconds(20),
                Optional.of(new SupervisingService(SupervisorKind.SYSTEMD_USER, "floe.service")));
        assertThat(NodeProcess.decode(process.encode())).isEqualTo(process);
    }

    @Test
    void aProcessIsFoundByItsNumberAndItsStart() {
        NodeProcess self = NodeProcess.current(Path.of("/d"), Duration.ZERO, List.of());
        assertThat(self.handle()).isPresent();
        assertThat(new NodeProcess(self.id(), self.start().minusSeconds(5), self.command(), self.data(),
                self.drain(), Optional.empty()).handle()).isEmpty();
    }
}
