package dev.floe.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.DoctorFinding;
import dev.floe.node.report.NodesReport;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;
import dev.floe.store.files.ExecutablePath;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.elf.BinfmtEmulator;
import dev.floe.toolchain.locate.LocalCommandRunner;
import dev.floe.toolchain.locate.ToolchainFinder;
import dev.floe.toolchain.locate.UnsupportedCompilerException;

/** {@code floe doctor}: what would keep this machine from submitting or executing. */
@Command(name = "doctor", mixinStandardHelpOptions = true, description = {
        "Checks whether this machine can submit and execute jobs, and says how to fix what it finds.",
        "The exit code is 1 if there is a problem. With --json it prints a line for each finding, and one with the "
                + "number of problems."})
final class DoctorCommand implements Callable<Integer> {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** The number of its word in a line (proc(5)). */
    private static final int MOUNT_POINT = 4;
    private static final Duration QUESTION = Duration.ofSeconds(20);

    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    private int problems;
    private String meshId = ""; // of the key on this machine; empty if it is in no mesh

    @Override
    public Integer call() throws IOException {
        place();
        wrapper();
        add(DoctorFinding.sandbox(
                Sandbox.probe(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), DefaultPaths.wrapper())));
        emulators();
        mesh();
        socket();
        compilers();
        ccache();
        add(DoctorFinding.space(DefaultPaths.data()));
        String sum = problems == 0 ? nothing() : problems + (problems == 1 ? " problem" : " problems");
        System.out.println(form.isJson() ? DoctorFinding.summary(problems, sum) : sum);
        return problems == 0 ? 0 : 1;
    }

    private String nothing() {
        return meshId.isEmpty()
                ? "no problems found, but this machine is in no mesh: all compiles are local"
                : "no problems found";
    }

    private void good(String part, String message) {
        add(DoctorFinding.ok(part, message));
    }

    private void note(String part, String message) {
        add(DoctorFinding.note(part, message));
    }

    private void problem(String part, String message) {
        add(DoctorFinding.problem(part, message));
    }

    private void add(DoctorFinding finding) {
        if (finding.severity() == DoctorFinding.Severity.PROBLEM) {
            problems++;
        }
        System.out.println(form.isJson() ? finding.json() : finding.line());
    }

    /** In a chroot the root is no mount point; without /proc nothing can be told of mounts. */
    private void place() {
        try {
            if (Files.readAllLines(MOUNTS).stream().map(line -> line.split(" "))
                    .noneMatch(words -> words[MOUNT_POINT].equals("/"))) {
                note("place", "this is a chroot; builds in it use the host's node if its socket is here (FLOE_SOCKET)");
            }
        } catch (IOException _) {
            problem("place", "/proc is not mounted, so the wrapper cannot say which files it sees; mount it");
        }
    }

    private void wrapper() {
        if (Files.isExecutable(DefaultPaths.wrapper())) {
            good("wrapper", DefaultPaths.wrapper().toString());
        } else {
            problem("wrapper", DefaultPaths.wrapper()
                    + " is missing; run scripts/install PREFIX and start Floe from there");
        }
    }

    private void emulators() {
        String own = Platform.current().processor();
        List<String> able = new ArrayList<>();
        for (BinfmtEmulator emulator : BinfmtEmulator.registered(BinfmtEmulator.REGISTRY)) {
            if (emulator.processor().equals(own) || able.contains(emulator.processor())) {
                continue;
            }
            emulator.obstacle().ifPresentOrElse(
                    why -> note("emulators", "none for " + emulator.processor() + ": " + why),
                    () -> able.add(emulator.processor()));
        }
        if (!able.isEmpty()) {
            note("emulators", "the kernel runs programs of " + String.join(", ", able)
                    + "; floe node --emulate PROCESSOR,... compiles with such for others");
        }
    }

    private void mesh() {
        MeshKeyFile file = new MeshKeyFile(DefaultPaths.meshKey());
        if (!file.exists()) {
            add(DoctorFinding.noMesh("this machine"));
            return;
        }
        try {
            MeshKey key = file.read().key();
            meshId = key.id();
            add(DoctorFinding.mesh(key, " (" + file.path() + ")"));
        } catch (IOException e) {
            problem("mesh", FailureText.of(e));
        }
    }

    private void socket() {
        List<String> answer = new ArrayList<>();
        try {
            ControlClient.ask(node.socket(), List.of("nodes"), answer::add);
            good("node", "answers at " + node.socket());
            if (!form.isJson()) {
                answer.forEach(line -> System.out.println("         " + line));
            }
            answer.stream().filter(line -> line.startsWith("warning:"))
                    .forEach(line -> problem("node", line.substring("warning: ".length())));
            answer.stream().filter(line -> line.startsWith(NodesReport.BEHIND))
                    .forEach(line -> note("node", line.substring(NodesReport.BEHIND.length())));
            answer.stream().filter(line -> line.matches("\\S+ \\*.* takes no jobs for .*"))
                    .forEach(line -> problem("node", line.replaceFirst(".* (takes no jobs for .*)", "$1")));
            membership();
            ControlClient.ask(node.socket(), List.of("reach"), line -> problem("node", line));
        } catch (IOException e) {
            problem("node", FailureText.of(e));
        }
    }

    /** A node stays in the mesh that it was started in, whatever the key says now. */
    private void membership() throws IOException {
        List<String> mesh = new ArrayList<>();
        ControlClient.ask(node.socket(), List.of("mesh"), mesh::add);
        String now = mesh.isEmpty() ? "" : mesh.getFirst();
        if (now.startsWith(ControlClient.ERROR) || meshId.isEmpty() && now.equals("none")) {
            return;
        }
        if (now.equals("none")) {
            problem("node",
                    "it was started before this machine joined its mesh, or with another --mesh-key; restart it");
        } else if (meshId.isEmpty()) {
            note("mesh", "the node is in mesh " + now.substring(now.indexOf(' ') + 1)
                    + ", whose key is in another file, or was removed after its start");
            meshId = now;
        } else if (!now.startsWith(meshId + " ")) {
            problem("node", "it runs in another mesh (" + now.substring(now.indexOf(' ') + 1) + ", id "
                    + now.substring(0, now.indexOf(' '))
                    + ") than the key on this machine is of; restart it, or start it with the same"
                    + " --mesh-key");
        }
    }

    private void compilers() {
        boolean any = false;
        for (String name : List.of("gcc", "g++", "clang", "clang++")) {
            for (Path candidate : ExecutablePath.candidates(System.getenv().getOrDefault("PATH", ""), name)) {
                if (Files.isExecutable(candidate) && !isWrapper(candidate)) {
                    any = true;
                    compiler(candidate.toAbsolutePath());
                    break;
                }
            }
        }
        if (!any) {
            note("compilers", "neither gcc nor clang is in PATH; this machine can still execute for others");
        }
    }

    private void compiler(Path path) {
        try {
            var found = new ToolchainFinder(new LocalCommandRunner(QUESTION)).find(path);
            good("compiler", path + " is " + found.toolchain().family() + " " + found.toolchain().version() + " for "
                    + found.toolchain().target() + ", toolchain " + found.toolchain().id().brief());
        } catch (UnsupportedCompilerException e) {
            problem("compiler", path + " " + e.reason() + "; what it compiles stays local");
        } catch (IOException e) {
            problem("compiler", path + ": " + FailureText.of(e));
        }
    }

    /** ccache looks for its prefix in PATH; where it is not there, each compile fails. */
    private void ccache() {
        String prefix = System.getenv().getOrDefault("CCACHE_PREFIX", "").strip().split("\\s", 2)[0];
        if (prefix.isEmpty()) {
            return;
        }
        boolean found = prefix.contains("/")
                ? Files.isExecutable(Path.of(prefix))
                : ExecutablePath.find(System.getenv().getOrDefault("PATH", ""), prefix).isPresent();
        if (!found) {
            problem("ccache", "CCACHE_PREFIX=" + prefix + " is not in PATH, so ccache fails; set it to "
                    + DefaultPaths.wrapper());
        }
    }

    private static boolean isWrapper(Path path) {
        try {
            return path.toRealPath().getFileName().toString().equals("floe-cc");
        } catch (IOException _) {
            return false;
        }
    }
}
