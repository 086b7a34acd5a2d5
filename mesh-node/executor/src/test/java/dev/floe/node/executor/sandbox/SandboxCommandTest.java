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
        Path runner = script("floe-run", """
                for word in "$@"; do
                    printf '%s\\n' "$word"
                    case $word in results=*) echo exit=0 >"${word#results=}/status" ;; esac
                done >WORDS
                """.replace("WORDS", words.toString()));
        store = ContentStore.open(directory.resolve("store"), 1 << 20);
        sandbox = ((Sandbox.Availability.Available) Sandbox.probe(runner)).sandbox();
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

    private LocalToolchain toolchain() throws IOException {
        Toolchain toolchain = Toolchain.of(ToolchainFamily.GCC, "12", Platform.current(), "none", List.of());
        return new LocalToolchain(
                new UnpackedToolchain(toolchain, Files.createDirectories(directory.resolve("toolchain"))));
    }

    private List<String> started(Offer offer) throws IOException {
        Path job = Files.createTempDirectory(directory, "job");
        CommandReplay replay = new CommandReplay(sandbox, LIMITS, job.resolve("it"));
        replay.await(replay.start(replay.prepare(toolchain(), offer, store), offer));
        return Files.readAllLines(words);
    }

    private List<String> started() throws IOException {
        return started(offer("", List.of("LANG=C", "PWD=/w", "EMPTY=", "=odd"), List.of("/w")));
    }

    @Test
    void mountsTheTree() throws IOException {
        assertThat(started()).contains("directory=/w").anyMatch(word -> word.startsWith("root=" + directory))
                .as("a directory of inputs below an output directory").contains("shield=/w/src");
    }

    @Test
    void neverMakesWritableWhatIsTheSandboxsOwn() throws IOException {
        Offer offer = offer("", List.of(), List.of("/", "/proc", "/dev/shm", "/.floe-bin", "/.floe", "/w/l",
                "/unknown"));
        Path job = Files.createTempDirectory(directory, "job");
        CommandReplay replay = new CommandReplay(sandbox, LIMITS, job.resolve("it"));
        assertThat(replay.prepare(toolchain(), offer, store).writable()).containsExactly("/tmp");
    }

    @Test
    void setsTheVariablesOfTheOfferAndNoOther() throws IOException {
        List<String> command = started();
        assertThat(command.stream().filter(word -> word.startsWith("variable="))).containsExactly("variable=LANG=C",
                "variable=PWD=/w", "variable=EMPTY=");
        assertThat(command).contains("pwd=/w");
    }

    @Test
    void givesTheRunnerTheLimits() throws IOException {
        assertThat(started()).contains("as_bytes=" + (1L << 32), "cpu_seconds=60", "fsize_bytes=" + (1 << 20),
                "nproc=65", "nofile=4096", "umask=27", "bytes=" + (1 << 24), "files=20000")
                .noneMatch(word -> word.startsWith("terminal="));
        assertThat(started(offer("1:80:25", List.of(), List.of()))).contains("terminal=1:80:25");
    }

    @Test
    void callsTheCompilerLast() throws IOException {
        List<String> command = started();
        assertThat(command.subList(command.lastIndexOf("--"), command.size())).containsExactly("--", "/bin/cc", "cc",
                "-c", "a.c");
        assertThat(command).containsSubsequence("--contain", "--", ExecRoot.REPORT_DIRECTORY + "/status");
    }

    @Test
    void aSandboxThatDoesNotWorkIsNotUsed() throws IOException {
        Path broken = script("broken", "exit 0\n");
        assertThat(Sandbox.probe(broken)).isInstanceOf(Sandbox.Availability.Unavailable.class);
    }
}
