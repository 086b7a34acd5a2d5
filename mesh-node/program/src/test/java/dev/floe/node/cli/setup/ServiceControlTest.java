package dev.floe.node.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

class ServiceControlTest {
    private final Set<Path> files = new HashSet<>();
    private final List<String> commands = new ArrayList<>();
    private int exit;

    private ServiceControl control(boolean system) {
        return new ServiceControl(system, Path.of("/opt/floe/bin/floe"), Path.of("/d/node.log"),
                new ServiceControl.ServiceHost() {
                    @Override
                    public boolean exists(Path path) {
                        return files.contains(path);
                    }

                    @Override
                    public int run(List<String> command) {
                        commands.add(String.join(" ", command));
                        return exit;
                    }

                    @Override
                    public long startInBackground(List<String> command, Path log) {
                        commands.add(String.join(" ", command) + " > " + log);
                        return 4711;
                    }

                    @Override
                    public long userId() {
                        return 1000;
                    }
                });
    }

    @Test
    void usesTheUnitOfTheUserOrOfTheSystem() throws IOException {
        files.addAll(Set.of(Path.of("/run/systemd/system"), Path.of("/usr/lib/systemd/user/floe.service")));
        assertThat(control(false).start(false)).hasValueSatisfying(text -> assertThat(text).contains("enabled"));
        assertThat(commands).containsExactly("systemctl --user enable floe.service",
                "systemctl --user restart floe.service");
        assertThat(control(true).hasUnit()).isFalse();
        files.add(Path.of("/usr/lib/systemd/system/floe.service"));
        commands.clear();
        control(true).start(true);
        assertThat(commands).containsExactly("systemctl enable floe.service", "systemctl restart floe.service");
    }

    @Test
    void saysWhereTheReasonIsIfTheServiceDoesNotStart() {
        files.addAll(Set.of(Path.of("/run/systemd/system"), Path.of("/etc/systemd/user/floe.service")));
        exit = 1;
        assertThatThrownBy(() -> control(false).start(false)).hasMessageContaining("journalctl --user -u floe");
    }

    @Test
    void startsANodeInTheBackgroundWithoutAUnit() throws IOException {
        files.add(Path.of("/run/systemd/system"));
        assertThat(control(false).start(false))
                .hasValueSatisfying(text -> assertThat(text).contains("/d/node.log", "process 4711"));
        assertThat(commands).containsExactly("/opt/floe/bin/floe node > /d/node.log");
    }

    @Test
    void leavesANodeAloneThatNobodySupervises() throws IOException {
        assertThat(control(false).start(true)).isEmpty();
        assertThat(commands).isEmpty();
    }
}
