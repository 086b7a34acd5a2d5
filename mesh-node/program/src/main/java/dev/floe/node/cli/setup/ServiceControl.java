package dev.floe.node.cli.setup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.node.cli.options.DefaultPaths;

/**
 * Starts the node of a machine: by its systemd unit, or as a process in the background.
 *
 * @param system whether it is the node of all users
 * @param floe   the program
 * @param log    of a node in the background
 */
record ServiceControl(boolean system, Path floe, Path log, ServiceHost host) {
    private static final String UNIT = "floe.service";

    /** What is asked of the machine; tests have one of their own. */
    interface ServiceHost {
        boolean exists(Path path);

        /** Runs a command to its end, and returns its exit code. */
        int run(List<String> command) throws IOException;

        /** Starts a command that outlives this process; gives the number of its process. */
        long startInBackground(List<String> command, Path log) throws IOException;

        /** The user of this process. */
        long userId();
    }

    /** Whether systemd runs here and has a unit of Floe. */
    boolean hasUnit() {
        return host.exists(Path.of("/run/systemd/system")) && unitDirectories().stream()
                .anyMatch(directory -> host.exists(Path.of(directory, UNIT)));
    }

    private List<String> unitDirectories() {
        String kind = system ? "system" : "user";
        List<String> directories = new ArrayList<>(List.of("/etc/systemd/" + kind, "/usr/local/lib/systemd/" + kind,
                "/usr/lib/systemd/" + kind, "/lib/systemd/" + kind));
        if (!system) {
            directories.add(System.getProperty("user.home", "/") + "/.config/systemd/user");
        }
        return directories;
    }

    /**
     * Starts the node, or starts it again.
     *
     * @param runs whether one runs already
     * @return what was done, in words; empty if nothing could be done, because a node runs that nobody supervises
     * @throws IOException if it cannot be started; the message says why
     */
    Optional<String> start(boolean runs) throws IOException {
        if (hasUnit()) {
            List<String> command = new ArrayList<>(List.of("systemctl"));
            if (!system) {
                command.add("--user");
            }
            List<String> enable = new ArrayList<>(command);
            enable.addAll(List.of("enable", UNIT));
            command.addAll(List.of("restart", UNIT));
            for (List<String> each : List.of(enable, command)) {
                if (host.run(each) != 0) {
                    throw new IOException(String.join(" ", each) + " failed; journalctl "
                            + (system ? "" : "--user ") + "-u floe says why");
                }
            }
            return Optional.of("the service " + UNIT + " is enabled and started");
        }
        if (runs) {
            return Optional.empty();
        }
        long process = host.startInBackground(List.of(floe.toString(), "node"), log);
        return Optional.of("the node is started in the background (process " + process + "), its log is " + log
                + "; it does not start again by itself after a restart of the machine: run " + floe
                + " node " + (system ? "as root then" : "when your session starts"));
    }

    /** This machine. */
    static ServiceHost local() {
        return new ServiceHost() {
            @Override
            public boolean exists(Path path) {
                return Files.exists(path);
            }

            @Override
            public int run(List<String> command) throws IOException {
                try {
                    return new ProcessBuilder(command).inheritIO().start().waitFor();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }

            @Override
            public long startInBackground(List<String> command, Path log) throws IOException {
                Files.createDirectories(log.toAbsolutePath().getParent());
                List<String> detached = new ArrayList<>(List.of("setsid"));
                detached.addAll(command);
                return new ProcessBuilder(detached).redirectInput(new File("/dev/null")).redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start().pid();
            }

            @Override
            public long userId() {
                return DefaultPaths.userId();
            }
        };
    }
}
