package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.archive.UnpackedToolchain;

/** The command line that makes a sandbox, as a runner is called that only writes it down. */
final class SandboxCommandTest {
    private static final JobLimits LIMITS = new JobLimits(1L << 32, 1 << 20, 1 << 24, 64, Duration.ofMinutes(1));

    @TempDir
    Path directory;
    private Path words;
    private ContentStore store;
    private Sandbox sandbox;

    @BeforeEach
    void open() throws IOException {
        words = directory.resolve("words");
        script("bwrap", "exit 1");
        Path runner = script("floe-run", """
                for word in "$@"; do
                    printf '%s\\n' "$word"
                    case $word in results=*) echo works >"${word#results=}/status" ;; esac
                done >WORDS
                """.replace("WORDS", words.toString()));
        store = ContentStore.open(directory.resolve("store"), 1 << 20);
        sandbox = ((Sandbox.Availability.Available) Sandbox.probe(directory.toString(), runner)).sandbox();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Path script(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static WireInput entry(InputKind kind, String path, String target) {
        return new WireInput(kind, path, 0755, new byte[0], 0, target, 0, 0);
    }

    private static Offer offer(String terminal, List<String> variables, List<String> outputs) {
        return new Offer("n1/1", "n1", "/bin/cc", List.of("cc", "-c", "a.c"), "/w", variables, 027, "",
                List.of(entry(InputKind.DIRECTORY, "/w", ""), entry(InputKind.DIRECTORY, "/w/src", ""),
                        entry(InputKind.LINK, "/w/l", "src")),
                outputs, 1000, 1, terminal, false, "", false);
    }

    private List<String> started(Offer offer) throws IOException {
        Path job = Files.createTempDirectory(directory, "job");
        Toolchain toolchain = Toolchain.of(ToolchainFamily.GCC, "12", Platform.current(), "none", List.of());
        LocalToolchain local = new LocalToolchain(
                new UnpackedToolchain(toolchain, Files.createDirectories(directory.resolve("toolchain"))));
        CommandReplay replay = new CommandReplay(sandbox, LIMITS, job.resolve("it"));
        replay.await(replay.start(replay.prepare(local, offer, store), offer));
        return Files.readAllLines(words);
    }

    private List<String> started() throws IOException {
        return started(offer("", List.of("LANG=C", "PWD=/w", "EMPTY=", "=odd"), List.of("/w")));
    }

    @Test
    void hasNoneOfTheMachinesNamespaces() throws IOException {
        assertThat(started()).contains("--unshare-user", "--unshare-all", "--die-with-parent", "--new-session",
                "--as-pid-1", "--clearenv").containsSubsequence("--cap-drop", "ALL");
    }

    @Test
    void mountsTheTreeReadOnlyAndOnlyOutputDirectoriesOfTheScratchSpace() throws IOException {
        List<String> command = started();
        assertThat(command).containsSubsequence("--ro-bind", "/", "--proc", "/proc", "--remount-ro", "/proc");
        int root = command.indexOf("--ro-bind");
        assertThat(command.get(root + 1)).startsWith(directory.toString());
        assertThat(command.get(root + 2)).isEqualTo("/");
        for (int i = command.indexOf("--bind"); i < command.size(); i++) {
            if (command.get(i).equals("--bind")) {
                assertThat(command.get(i + 1)).contains("/" + Sandbox.SCRATCH + "/");
                assertThat(command.get(i + 2)).isIn("/w", "/tmp", "/.floe");
            }
        }
        assertThat(command).as("a directory of inputs below an output directory").containsSubsequence("--bind", "/w",
                "--ro-bind", "/w/src");
    }

    @Test
    void neverMakesWritableWhatIsTheSandboxsOwn() throws IOException {
        List<String> command = started(offer("", List.of(), List.of("/", "/proc", "/dev/shm", "/.floe-bin", "/.floe",
                "/w/l", "/unknown")));
        assertThat(command.stream().filter("--bind"::equals)).as("the report and /tmp").hasSize(2);
    }

    @Test
    void setsTheVariablesOfTheOfferAndNoOther() throws IOException {
        List<String> command = started();
        assertThat(command).containsSubsequence("--clearenv", "--setenv", "EMPTY", "").containsSequence("--setenv",
                "LANG", "C");
        assertThat(command.stream().filter("--setenv"::equals)).hasSize(3);
        assertThat(command).contains("pwd=/w").doesNotContain("=odd", "odd");
    }

    @Test
    void givesTheRunnerTheLimits() throws IOException {
        assertThat(started()).contains("as_bytes=" + (1L << 32), "cpu_seconds=60", "fsize_bytes=" + (1 << 20),
                "nproc=64", "nofile=4096", "umask=27", "bytes=" + (1 << 24), "files=20000")
                .noneMatch(word -> word.startsWith("terminal="));
        assertThat(started(offer("1:80:25", List.of(), List.of()))).contains("terminal=1:80:25");
    }

    @Test
    void callsTheCompilerLast() throws IOException {
        List<String> command = started();
        assertThat(command.subList(command.lastIndexOf("--"), command.size())).containsExactly("--", "/bin/cc", "cc",
                "-c", "a.c");
        assertThat(command).containsSubsequence("--chdir", "/w", ExecRoot.RUNNER);
    }

    @Test
    void withoutBubblewrapThereIsNone() throws IOException {
        Files.delete(directory.resolve("bwrap"));
        assertThat(Sandbox.probe(directory.toString(), sandbox.runner()))
                .isInstanceOfSatisfying(Sandbox.Availability.Unavailable.class,
                        unavailable -> assertThat(unavailable.why()).contains("install the package bubblewrap"));
    }

    @Test
    void aSandboxThatDoesNotWorkIsNotUsed() throws IOException {
        Path broken = script("broken", "exit 0\n");
        assertThat(Sandbox.probe(directory.toString(), broken)).isInstanceOf(Sandbox.Availability.Unavailable.class);
    }
}
