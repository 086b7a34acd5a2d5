package dev.floe.node.execute;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.floe.node.wire.JobMessage.Offer;

/**
 * Runs a command in a {@link JobTree} through bubblewrap: own user, mount, process, network, ipc and host-name namespaces, no network,
 * the tree read-only but for the directories in which the command may write. Needs no root. Limits are set by the innermost step, the
 * runner, so that they count the job alone.
 */
public final class Sandbox {
    private static final List<String> NAMESPACES = List.of("--unshare-user", "--unshare-all", "--die-with-parent",
            "--new-session", "--cap-drop", "ALL");
    private static final long TEMPORARY_BYTES = 1L << 30;
    private static final long FOUND_OUT_MILLIS = 10_000;

    private final Path bubblewrap;
    private final Path runner;

    private Sandbox(Path bubblewrap, Path runner) {
        this.bubblewrap = bubblewrap;
        this.runner = runner;
    }

    /** Whether this machine can sandbox, and if not, why and what to do. */
    public sealed interface Availability {
        record Available(Sandbox sandbox) implements Availability {}

        record Unavailable(String why) implements Availability {}
    }

    /**
     * Looks for bubblewrap and tries it.
     *
     * @param searchPath directories, separated by colons
     * @param runner     floe-cc, in the file system in which the trees are made
     */
    public static Availability probe(String searchPath, Path runner) {
        Optional<Path> found = find(searchPath);
        if (found.isEmpty()) {
            return new Availability.Unavailable("bubblewrap (bwrap) is not in PATH; install the package bubblewrap");
        }
        List<String> command = new ArrayList<>(List.of(found.get().toString()));
        command.addAll(NAMESPACES);
        command.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"))
                    .start();
            if (!process.waitFor(FOUND_OUT_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Availability.Unavailable(found.get() + " does not end");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                return new Availability.Unavailable(said
                        + "; user namespaces seem to be forbidden here: allow them (sysctl"
                        + " kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for"
                        + " bwrap; in a container, its seccomp profile)");
            }
        } catch (IOException e) {
            return new Availability.Unavailable(found.get() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Availability.Unavailable("interrupted while trying " + found.get());
        }
        return Files.isExecutable(runner)
                ? new Availability.Available(new Sandbox(found.get(), runner))
                : new Availability.Unavailable("the runner " + runner + " is missing; install Floe again");
    }

    private static Optional<Path> find(String searchPath) {
        for (String directory : searchPath.split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, "bwrap");
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    Path runner() {
        return runner;
    }

    /**
     * Starts the offer's command.
     *
     * @param report directory that receives the runner's report
     * @param output file for standard output
     * @param error  file for standard error
     */
    Process start(JobTree tree, Offer offer, Limits limits, Path report, Path output, Path error) throws IOException {
        List<String> command = new ArrayList<>(64 + 3 * offer.environment().size() + offer.argv().size());
        command.add(bubblewrap.toString());
        command.addAll(NAMESPACES);
        mounts(tree, report, command);
        command.add("--clearenv");
        for (String variable : offer.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                command.addAll(List.of("--setenv", variable.substring(0, equals), variable.substring(equals + 1)));
            }
        }
        command.addAll(
                List.of("--chdir", offer.directory(), JobTree.RUNNER, JobTree.REPORT_DIRECTORY + "/" + Report.FILE,
                        "as_bytes=" + limits.memoryBytes(), "cpu_seconds=" + limits.time().toSeconds(),
                        "fsize_bytes=" + limits.outputBytes(),
                        "nproc=" + limits.processes(), "umask=" + Integer.toOctalString(offer.umask())));
        // Bubblewrap overwrites it, and it may go through links that the debug information names.
        offer.environment().stream().filter(variable -> variable.startsWith("PWD=")).forEach(
                variable -> command.add("pwd=" + variable.substring("PWD=".length())));
        if (!offer.terminal().isEmpty()) {
            command.add("terminal=" + offer.terminal());
        }
        command.add("--");
        command.addAll(offer.call());
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().clear();
        return builder.start();
    }

    private static void mounts(JobTree tree, Path report, List<String> command) {
        command.addAll(List.of("--ro-bind", tree.root().toString(), "/", "--proc", "/proc", "--dev", "/dev",
                "--remount-ro", "/dev"));
        if (!tree.hasTemporary()) {
            command.addAll(List.of("--size", Long.toString(TEMPORARY_BYTES), "--tmpfs", "/tmp"));
        }
        command.addAll(List.of("--bind", report.toString(), JobTree.REPORT_DIRECTORY));
        for (String directory : tree.writable()) {
            command.addAll(List.of("--bind", tree.outside(directory).toString(), directory));
            for (String shield : tree.shieldsBelow(directory)) {
                command.addAll(List.of("--ro-bind", tree.outside(shield).toString(), shield));
            }
        }
    }
}
