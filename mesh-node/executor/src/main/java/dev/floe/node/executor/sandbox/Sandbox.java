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
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.FailureText;
import dev.floe.store.files.TreeDeleter;

/**
 * Runs a command in an {@link ExecRoot}: own user, mount, process, network, ipc, host-name and control-group
 * namespaces, no network. The tree is read-only. The directories in which the command may write are in a file system of
 * bounded size that only the job and the outermost step, {@link SandboxProcess}, can see. Needs no root. The innermost
 * step sets the limits, so that they count the job alone. The runner is both.
 */
public final class Sandbox {
    /**
     * In a job's directory: what is copied at its end from the file system that it writes to. That has its mount point
     * here too, which the outermost step alone sees.
     */
    static final String RESULTS = "results";
    private static final String REPORT = ExecRoot.REPORT_DIRECTORY + "/" + RunnerReport.FILE;

    /** Each takes a kilobyte of the kernel's memory that the bound in bytes does not count. */
    static final long MAX_SCRATCH_FILES = 20_000;
    /** The outermost process is in the user namespace of the job, and so counts in its limit. */
    private static final int OUTERMOST = 1;
    /** Of each process; compilers are content with the 1024 of a login shell. */
    private static final int MAX_DESCRIPTORS = 4096;
    private static final long PROBE_BYTES = 1 << 20;
    /** The observer's record, and room for the runner's report. */
    private static final long REPORT_BYTES = 17 << 20;
    private static final Path NOTHING = Path.of("/dev/null");
    private static final Duration PROBE_TIME = Duration.ofSeconds(10);

    private final Path runner;
    private final Map<ObserverLibrary, Path> observers = new EnumMap<>(ObserverLibrary.class);

    private Sandbox(Path runner) {
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
     * Tries the sandbox.
     *
     * @param runner floe-cc, in the file system in which the trees are made; the observer libraries lie beside it
     */
    public static Availability probe(Path runner) {
        if (!Files.isExecutable(runner)) {
            return new Availability.Unavailable("the runner " + runner + " is missing; install Floe again");
        }
        Sandbox sandbox = new Sandbox(runner);
        try {
            sandbox.check();
            return new Availability.Available(sandbox);
        } catch (TimeLimitException _) {
            return new Availability.Unavailable(runner + " does not end");
        } catch (IOException e) {
            return new Availability.Unavailable(FailureText.of(e)
                    + "; user namespaces seem to be forbidden here: allow them (sysctl "
                    + "kernel.unprivileged_userns_clone=1,"
                    + " kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for its Java; in a"
                    + " container, its seccomp profile)");
        }
    }

    /** Makes a sandbox with nothing in it, in which no program can be found. */
    private void check() throws IOException {
        Path directory = Files.createTempDirectory("floe-sandbox");
        try {
            Path results = Files.createDirectory(directory.resolve(RESULTS));
            Path root = Files.createDirectory(directory.resolve("root"));
            for (String name : List.of("proc", "dev", ExecRoot.REPORT_DIRECTORY.substring(1))) {
                Files.createDirectory(root.resolve(name));
            }
            List<String> command = containment(directory, PROBE_BYTES, false);
            command.addAll(List.of("root=" + root, "directory=/", "--", REPORT, "--", "/none", "none"));
            SandboxProcess.start(new ProcessBuilder(command), new byte[0], directory.resolve("errors"))
                    .await(PROBE_TIME);
            if (RunnerReport.read(results).isEmpty()) {
                throw new IOException(SandboxProcess.message(printed(results, "stderr")));
            }
        } finally {
            TreeDeleter.delete(directory);
        }
    }

    /** What a command has printed, in a file; most print nothing, and have none. */
    static Path printed(Path results, String name) {
        Path file = results.resolve(name);
        return Files.exists(file) ? file : NOTHING;
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
     * @param directory the job's own, with {@link #RESULTS} in it; no process of the job can reach it
     */
    SandboxProcess start(ExecRoot tree, Offer offer, JobLimits limits, Path directory) throws IOException {
        Optional<Path> observer = tree.observer().flatMap(choice -> switch (choice) {
            case ObserverChoice.Fits(Path library) -> Optional.of(library);
            case ObserverChoice.NoObserver _ -> Optional.empty();
        });
        List<String> command = containment(directory, limits.scratchBytes(), observer.isPresent());
        command.addAll(List.of("root=" + tree.root(), "directory=" + offer.directory()));
        tree.writable().forEach(it -> tree.shieldsBelow(it).forEach(shield -> command.add("shield=" + shield)));
        offer.environment().stream().filter(variable -> variable.indexOf('=') > 0)
                .forEach(variable -> command.add("variable=" + variable));
        command.addAll(
                List.of("--", REPORT,
                        "as_bytes=" + limits.memoryBytes(), "cpu_seconds=" + limits.time().toSeconds(),
                        "fsize_bytes=" + limits.outputBytes(),
                        "nproc=" + (limits.processes() + OUTERMOST), "nofile=" + MAX_DESCRIPTORS,
                        "umask=" + Integer.toOctalString(offer.umask())));
        // It may go through links that the debug information names.
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

    /** The outermost step, up to what it is told of the job. */
    private List<String> containment(Path directory, long bytes, boolean observed) {
        List<String> command = new ArrayList<>(128);
        command.add(runner.toString());
        if (!runner.endsWith("floe-run")) {
            command.add("--floe-run");
        }
        command.addAll(List.of("--contain", "scratch=" + directory.resolve(RESULTS),
                "results=" + directory.resolve(RESULTS), "bytes=" + bytes, "files=" + MAX_SCRATCH_FILES));
        if (observed) {
            command.add("report_bytes=" + REPORT_BYTES);
        }
        return command;
    }
}
