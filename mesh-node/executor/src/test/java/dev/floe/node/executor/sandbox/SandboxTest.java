package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.Workbench;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;

/** What a job in the sandbox can see and do, tried from a shell inside. */
final class SandboxTest {
    @TempDir
    private Path directory;
    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void runsACommandInItsDirectoryWithItsEnvironmentAndUmask() throws IOException {
        CommandReplay.ReplayResult result = bench.run("pwd; env; umask; echo oops >&2; exit 3");
        assertThat(Files.readString(result.output()).lines()
                .filter(line -> !line.startsWith("SHLVL") && !line.startsWith("_=")).sorted())
                .containsExactly("/w", "0022", "GREETING=a=b", "PATH=/bin", "PWD=/w");
        assertThat(Files.readString(result.error())).isEqualTo("oops\n");
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.maxRssBytes()).isPositive();
    }

    @Test
    void seesItsInputsAndNothingOfThisMachine() throws IOException {
        Files.writeString(directory.resolve("secret"), "secret");
        assertThat(bench.tell("cat /w/in/x.h /w/l", bench.file("/w/in/x.h", "x"), Workbench.link("/w/l", "in/x.h")))
                .isEqualTo("xx");
        assertThat(bench.tell("ls -A / | cat"))
                .isEqualToIgnoringNewLines(".floe\n.floe-bin\nbin\ndev\nlib\nlib64\nproc\ntmp\nw\n".strip());
        assertThat(bench.tell("cat " + directory.resolve("secret"))).contains("No such file");
        assertThat(bench.tell("ls /proc | cat")).doesNotContain(Long.toString(ProcessHandle.current().pid()));
        assertThat(bench.tell("cat /proc/sys/kernel/hostname; cat /etc/passwd")).doesNotContain("root:");
    }

    @Test
    void hasNoNetwork() throws IOException {
        String devices = bench.tell("cat /proc/net/dev");
        assertThat(devices.lines().filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).strip()))
                .containsExactly("lo");
        assertThat(bench.tell("cat /proc/net/route /proc/net/fib_trie")).as("not even its loopback is up").isEmpty();
    }

    /** A descriptor that the node's starter has forgotten to close leads out of any sandbox. */
    @Test
    void inheritsNoDescriptorAndNoVariableOfTheNode() throws IOException {
        Path leaking = Files.createDirectory(directory.resolve("leaking")).resolve("floe-run");
        Files.writeString(leaking, "#!/bin/sh\nexec 7<" + directory + "; LEAKED=1 exec " + bench.runner()
                + " \"$@\"\n");
        Files.setPosixFilePermissions(leaking, PosixFilePermissions.fromString("rwxr-xr-x"));
        Sandbox sandbox = ((Sandbox.Availability.Available) Sandbox.probe(leaking)).sandbox();
        CommandReplay.ReplayResult result = new CommandReplay(sandbox, Workbench.LIMITS, bench.freshDirectory())
                .run(bench.toolchain(), Workbench.offer(List.of("/w"), "env; ls /proc/self/fd /proc/self/fd/7 | cat"),
                        bench.store());
        assertThat(Files.readString(result.error())).contains("No such file");
        assertThat(Files.readString(result.output()).lines()).contains("0", "1", "2", "GREETING=a=b")
                .doesNotContain("7", "LEAKED=1");
    }

    @Test
    void cannotChangeTheStoreThroughItsInputs() throws IOException {
        WireInput header = bench.file("/w/in/x.h", "original");
        WireInput other = bench.file("/include/y.h", "original y");
        WireInput beside = bench.file("/w/z.h", "original z");
        CommandReplay.ReplayResult result = bench.run(
                """
                        for f in /w/in/x.h /include/y.h /w/z.h /bin/cat /.floe-bin/floe-run; do
                            chmod 777 $f; echo poison > $f; echo poison >> $f; rm -f $f; mv /w/evil $f; done
                        mv in out; mv /w/in /w/out; rm -rf in; mkdir in; ln -f /w/in/x.h mine; chmod u+w mine; echo poison > mine
                        chmod u+w z.h; echo poison > z.h
                        exit 0
                        """,
                header, other, beside);
        assertThat(result.exit()).isZero();
        for (WireInput input : List.of(header, other, beside)) {
            Path entry = bench.store().find(Digest.of(input.hash(), input.size())).orElseThrow();
            assertThat(Digest.ofFile(entry)).isEqualTo(Digest.of(input.hash(), input.size()));
            assertThat(Files.getPosixFilePermissions(entry)).hasSize(3);
        }
        assertThat(Digest.ofFile(bench.runner())).isEqualTo(Digest.ofFile(Path.of(System.getProperty("floe.cc"))));
        assertThat(bench.toolchain().plan()).isNotNull();
        assertThat(bench.tell("cat /w/in/x.h /include/y.h /w/z.h", header, other, beside))
                .isEqualTo("originaloriginal yoriginal z");
    }

    @Test
    void cannotChangeTheRunnerThroughAnOutputDirectoryThatHoldsIt() throws IOException {
        bench.sandbox();
        for (String place : List.of("/.floe-bin", "/.floe", "/", "/dev", "/dev/shm", "/proc", "/proc/self",
                "/proc/sys/kernel", "/bin")) {
            bench.run(Workbench.LIMITS, Workbench.offer(List.of("/w", place), """
                    chmod 777 /.floe-bin/floe-run /bin/cat; echo poison > /.floe-bin/floe-run; echo poison > /bin/cat
                    mv /.floe-bin/floe-run /.floe-bin/old; chmod 0 /.floe-bin/old; exit 0
                    """, Workbench.directory(place.equals("/") ? "/w" : place)));
            assertThat(Digest.ofFile(bench.runner())).as(place)
                    .isEqualTo(Digest.ofFile(Path.of(System.getProperty("floe.cc"))));
            assertThat(bench.tell("cat /w/x", bench.file("/w/x", "sound"))).as(place).isEqualTo("sound");
        }
    }

    @Test
    void hasFilesOfTheUserInSharedMemory() throws IOException {
        WireInput header = bench.file("/dev/shm/b/x.h", "shared");
        CommandReplay.ReplayResult result = bench.run(Workbench.LIMITS, Workbench.offer(List.of("/w", "/dev/shm/b"),
                "cat /dev/shm/b/x.h; echo made >/dev/shm/b/x.o; echo 1 >/dev/shm/c; echo 1 >/dev/c; ls /dev/shm /dev",
                header));
        assertThat(Files.readString(result.output())).startsWith("shared").contains("null", "tty").contains("b\n")
                .doesNotContain("c\n");
        assertThat(result.files()).extracting(CommandReplay.ReplayOutput::path).containsExactly("/dev/shm/b/x.o");
    }

    @Test
    void canWriteWhereItMayAndNowhereElse() throws IOException {
        assertThat(bench.tell("echo 1 > /w/a && echo 2 > /tmp/b && cat /w/a /tmp/b")).isEqualTo("1\n2");
        for (String place : List.of("/c", "/bin/c", "/w/in/c", "/include/c", "/proc/c", "/w/in/x.h")) {
            assertThat(bench.tell("echo 3 > " + place + " && echo written", bench.file("/w/in/x.h", "x"),
                    bench.file("/include/y.h", "y")))
                    .as(place).isNotEmpty().doesNotContain("written");
        }
    }

    @Test
    void doesNotSeeWhatEarlierJobsLeft() throws IOException {
        bench.run("echo 1 > /w/a; echo 1 > /tmp/a; mkdir d; echo 1 > d/a");
        assertThat(bench.tell("ls -A /w /tmp; cat /tmp/a")).doesNotContain("1").contains("No such file");
    }

    @Test
    void givesEqualInputsInodesAndTimesOfTheirOwnIfAsked() throws IOException {
        String stat = "stat -c %i:%Y:%h /a/x.h /b/x.h /c/x.h";
        List<String> lines = bench.tell(stat, bench.file(InputKind.PRIVATE_FILE, "/a/x.h", "same", 5_000_000_000L, 1),
                bench.file(InputKind.PRIVATE_FILE, "/b/x.h", "same", 7_000_000_000L, 2),
                bench.file(InputKind.PRIVATE_FILE, "/c/x.h", "same", 5_000_000_000L, 1)).lines().toList();
        assertThat(lines.get(0)).endsWith(":5:2").isEqualTo(lines.get(2));
        assertThat(lines.get(1)).endsWith(":7:1");
        assertThat(lines.get(1).split(":")[0]).isNotEqualTo(lines.get(0).split(":")[0]);
    }

    @Test
    void endsAJobThatWritesTooLargeAFile() throws IOException {
        JobLimits small = new JobLimits(4L << 30, 1 << 20, 256 << 20, 64, Duration.ofMinutes(1));
        CommandReplay.ReplayResult result = bench.run(small, Workbench.offer(List.of("/w"),
                "head -c 3000000 /dev/zero > big; echo $?; exec head -c 3000000 /dev/zero"));
        assertThat(result.exit()).isNotZero();
        assertThat(result.files()).allSatisfy(file -> assertThat(file.size()).isLessThanOrEqualTo(1 << 20));
        assertThat(Files.size(result.output())).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void endsAJobThatTakesTooLongByTheClockOrTheProcessor() {
        JobLimits clock = new JobLimits(4L << 30, 1 << 20, 256 << 20, 64, Duration.ofMillis(1500));
        assertThatThrownBy(() -> bench.run(clock, Workbench.offer(List.of("/w"), "sleep 600")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer");
        assertThatThrownBy(() -> bench.run(clock, Workbench.offer(List.of("/w"), "sleep 600 & sleep 600")))
                .isInstanceOf(IOException.class);
    }

    /** Whether the job is cancelled, takes too long, or ends by itself. */
    @Test
    void leavesNoProcessOfAJobBehind() throws IOException {
        String script = "sleep 600 & sleep 600 & ";
        SandboxProcess cancelled = start(Workbench.LIMITS, script + "sleep 600");
        List<ProcessHandle> all = sleeping(cancelled, 3);
        cancelled.abort();
        assertThatThrownBy(() -> cancelled.await(Duration.ofMinutes(1))).hasMessageContaining("ended by this node");
        assertThat(all).noneMatch(ProcessHandle::isAlive);
        assertThat(cancelled.endedOrderly()).isTrue();

        SandboxProcess late = start(Workbench.LIMITS, script + "sleep 600");
        all = sleeping(late, 3);
        assertThatThrownBy(() -> late.await(Duration.ofMillis(1))).hasMessageContaining("longer");
        assertThat(all).noneMatch(ProcessHandle::isAlive);

        SandboxProcess ended = start(Workbench.LIMITS, script + "while ! [ -e /tmp/go ]; do sleep 0.01; done");
        all = sleeping(ended, 2);
        ProcessHandle runner = all.getFirst().parent().orElseThrow();
        Files.createFile(Path.of("/proc/" + runner.pid() + "/root/tmp/go"));
        ended.await(Duration.ofMinutes(1));
        assertThat(all).noneMatch(ProcessHandle::isAlive);
    }

    /** A killed outermost process says nothing of the others, so its tree must not be used again. */
    @Test
    void noticesThatItsOutermostProcessWasKilled() throws IOException {
        SandboxProcess killed = start(Workbench.LIMITS, "sleep 600 & sleep 600");
        List<ProcessHandle> all = sleeping(killed, 2);
        killed.handle().destroyForcibly();
        assertThatThrownBy(() -> killed.await(Duration.ofMinutes(1))).hasMessageContaining("killed");
        assertThat(killed.endedOrderly()).isFalse();
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private SandboxProcess start(JobLimits limits, String script) throws IOException {
        CommandReplay replay = new CommandReplay(bench.sandbox(), limits, bench.freshDirectory());
        Offer offer = Workbench.offer(List.of("/w"), script);
        return replay.start(replay.prepare(bench.toolchain(), offer, bench.store()), offer);
    }

    /** The job's processes that sleep for long, as soon as there are as many. */
    private static List<ProcessHandle> sleeping(SandboxProcess sandbox, int count) {
        return Awaitility.await().atMost(Duration.ofMinutes(5)).until(
                () -> sandbox.handle().descendants()
                        .filter(process -> Arrays.equals(process.info().arguments().orElse(null), new String[]{"600"}))
                        .toList(),
                found -> found.size() == count);
    }

    @Test
    void doesNotFollowWhatAJobMakesOfItsReport() throws IOException {
        for (String trick : List.of("mkfifo status", "ln -s /dev/zero status", "mkdir status",
                "head -c 60000000 /dev/zero > status", "true")) {
            assertThatThrownBy(() -> bench.run("cd /.floe; rm -f status; " + trick)).as(trick)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void saysWhatIsWrongWithAMachineThatCannotSandbox() {
        bench.sandbox();
        assertThat(Sandbox.probe(directory.resolve("missing")))
                .isInstanceOfSatisfying(Sandbox.Availability.Unavailable.class,
                        unavailable -> assertThat(unavailable.why()).contains("missing"));
    }

    @Test
    void saysWhatAFailingRunnerSaid() throws IOException {
        Path fake = Files.writeString(directory.resolve("failing"),
                "#!/bin/sh\necho No permissions to create new namespace >&2\nexit 1\n", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Sandbox.probe(fake)).isInstanceOfSatisfying(
                Sandbox.Availability.Unavailable.class,
                unavailable -> assertThat(unavailable.why()).contains("No permissions").contains("sysctl"));
    }
}
