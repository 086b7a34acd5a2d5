package dev.floe.node.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.executor.exectree.ObserverChoice;
import dev.floe.node.executor.exectree.ScratchPlan;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.FailureText;
import dev.floe.store.files.ExecutablePath;
import dev.floe.store.files.TreeDeleter;

/**
 * Runs a command in an {@link ExecRoot} through bubblewrap: own user, mount, process, network, ipc and host-name
 * namespaces, no network. The tree is read-only. The directories in which the command may write are in a file system of
 * bounded size that only the job and the outermost step, {@link SandboxProcess}, can see. Needs no root. The innermost
 * step, the runner, sets the limits, so that they count the job alone.
 */
public final class Sandbox {
    private static final List<String> NAMESPACES = List.of("--unshare-user", "--unshare-all", "--die-with-parent",
            "--new-session", "--as-pid-1", "--cap-drop", "ALL");
    /**
     * In a job's directory: the mount point of the file system that the job writes to, and what is copied from there at
     * its end.
     */
    static final String SCRATCH = "scratch";
    static final String RESULTS = "results";

    /** Each takes a kilobyte of the kernel's memory that the bound in bytes does not count. */
    static final long MAX_SCRATCH_FILES = 20_000;
    /** Of each process; compilers are content with the 1024 of a login shell. */
    private static final int MAX_DESCRIPTORS = 4096;
    private static final long PROBE_BYTES = 1 << 20;
    /** The observer's record, and room for the runner's report. */
    private static final long REPORT_BYTES = 17 << 20;
    private static final Duration PROBE_TIME = Duration.ofSeconds(10);

    private final Path bubblewrap;
    private final Path runner;
    private final Map<ObserverLibrary, Path> observers = new EnumMap<>(ObserverLibrary.class);

    private Sandbox(Path bubblewrap, Path runner) {
        this.bubblewrap = bubblewrap;
        this.runner = runner;
        for (ObserverLibrary library : ObserverLibrary.values()) {
            Path file = runner.resolveSibling(library.fileName());
            if (Files.isRegularFile(file)) {
                observers.put(library, file);
            }
        }
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
     * @param runner     floe-cc, in the file system in which the trees are made; the observer libraries lie beside it
     */
    public static Availability probe(String searchPath, Path runner) {
        Optional<Path> found = ExecutablePath.find(searchPath, "bwrap");
        if (found.isEmpty()) {
            return new Availability.Unavailable("bubblewrap (bwrap) is not in PATH; install the package bubblewrap");
        }
        if (!Files.isExecutable(runner)) {
            return new Availability.Unavailable("the runner " + runner + " is missing; install Floe again");
        }
        Sandbox sandbox = new Sandbox(found.get(), runner);
        try {
            sandbox.check();
            return new Availability.Available(sandbox);
        } catch (TimeLimitException _) {
            return new Availability.Unavailable(found.get() + " does not end");
        } catch (IOException e) {
            return new Availability.Unavailable(FailureText.of(e)
                    + "; user namespaces seem to be forbidden here: allow them (sysctl "
                    + "kernel.unprivileged_userns_clone=1,"
                    + " kernel.apparmor_restrict_unprivileged_userns=0, or AppArmor profiles for bwrap and floe-run; "
                    + "in a"
                    + " container, its seccomp profile)");
        }
    }

    /** Runs nothing in a sandbox over the whole machine's files. */
    private void check() throws IOException {
        Path directory = Files.createTempDirectory("floe-sandbox");
        try {
            Files.createDirectory(directory.resolve(SCRATCH));
            Path results = Files.createDirectory(directory.resolve(RESULTS));
            List<String> command = containment(directory, PROBE_BYTES, false);
            command.addAll(NAMESPACES);
            Path echoed = directory.resolve(SCRATCH).resolve(ScratchPlan.REPORT);
            command.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--bind",
                    echoed.toString(), "/tmp", "/bin/sh", "-c", "echo works > /tmp/status"));
            SandboxProcess.start(new ProcessBuilder(command), new byte[0], directory.resolve("errors"))
                    .await(PROBE_TIME);
            if (!Files.exists(results.resolve("status"))) {
                throw new IOException(SandboxProcess.message(results.resolve("stderr")));
            }
        } finally {
            TreeDeleter.delete(directory);
        }
    }

    Path runner() {
        return runner;
    }

    /** The observer libraries of this node. */
    public Map<ObserverLibrary, Path> observers() {
        return observers;
    }

    /**
     * Starts the offer's command.
     *
     * @param directory the job's own, with {@link #SCRATCH} and {@link #RESULTS} in it; no process of the job can reach
     *                  it
     */
    SandboxProcess start(ExecRoot tree, Offer offer, JobLimits limits, Path directory) throws IOException {
        Optional<Path> observer = tree.observer().flatMap(choice -> switch (choice) {
            case ObserverChoice.Fits(Path library) -> Optional.of(library);
            case ObserverChoice.NoObserver _ -> Optional.empty();
        });
        List<String> command = containment(directory, limits.scratchBytes(), observer.isPresent());
        command.addAll(NAMESPACES);
        mounts(tree, directory.resolve(SCRATCH), command);
        command.add("--clearenv");
        for (String variable : offer.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                command.addAll(List.of("--setenv", variable.substring(0, equals), variable.substring(equals + 1)));
            }
        }
        command.addAll(
                List.of("--chdir", offer.directory(), ExecRoot.RUNNER,
                        ExecRoot.REPORT_DIRECTORY + "/" + RunnerReport.FILE,
                        "as_bytes=" + limits.memoryBytes(), "cpu_seconds=" + limits.time().toSeconds(),
                        "fsize_bytes=" + limits.outputBytes(),
                        "nproc=" + limits.processes(), "nofile=" + MAX_DESCRIPTORS,
                        "umask=" + Integer.toOctalString(offer.umask())));
        // Bubblewrap overwrites it, and it may go through links that the debug information names.
        offer.environment().stream().filter(variable -> variable.startsWith("PWD=")).forEach(
                variable -> command.add("pwd=" + variable.substring("PWD=".length())));
        observer.ifPresent(library -> command.add("observer=" + ExecRoot.inside(library)));
        if (!offer.terminal().isEmpty()) {
            command.add("terminal=" + offer.terminal());
        }
        command.add("--");
        command.addAll(offer.call());
        return SandboxProcess.start(new ProcessBuilder(command), tree.scratchPlan(offer.outputDirectories()).bytes(),
                directory.resolve("errors"));
    }

    /** The outermost step, up to the name of the program that it starts. */
    private List<String> containment(Path directory, long bytes, boolean observed) {
        List<String> command = new ArrayList<>(128);
        command.add(runner.toString());
        if (!runner.endsWith("floe-run")) {
            command.add("--floe-run");
        }
        command.addAll(List.of("--contain", "scratch=" + directory.resolve(SCRATCH),
                "results=" + directory.resolve(RESULTS), "bytes=" + bytes, "files=" + MAX_SCRATCH_FILES));
        if (observed) {
            command.add("report_bytes=" + REPORT_BYTES);
        }
        command.addAll(List.of("--", bubblewrap.toString()));
        return command;
    }

    private static void mounts(ExecRoot tree, Path scratch, List<String> command) {
        command.addAll(List.of("--ro-bind", tree.root().toString(), "/", "--proc", "/proc", "--remount-ro", "/proc",
                "--dev", "/dev", "--remount-ro", "/dev", "--bind", scratch.resolve(ScratchPlan.REPORT).toString(),
                ExecRoot.REPORT_DIRECTORY));
        List<String> writable = tree.writable();
        for (int i = 0; i < writable.size(); i++) {
            String directory = writable.get(i);
            command.addAll(List.of("--bind", scratch.resolve(ScratchPlan.directoryName(i)).toString(), directory));
            for (String shield : tree.shieldsBelow(directory)) {
                command.addAll(List.of("--ro-bind", tree.outside(shield).toString(), shield));
            }
        }
    }
}
