package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.Workbench;
import dev.floe.node.executor.exectree.CorruptToolchainException;
import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;

/** How a tree comes to be, and what comes back from it. */
final class CommandReplayTest {
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

    private static Map<String, String> files(CommandReplay.ReplayResult result) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (CommandReplay.ReplayOutput file : result.files()) {
            assertThat(file.size()).isEqualTo(Files.size(file.file()));
            files.put(file.path(), Integer.toOctalString(file.mode()) + " " + Files.readString(file.file()));
        }
        return files;
    }

    @Test
    void bringsBackEveryFileThatACommandMadeWithItsMode() throws IOException {
        CommandReplay.ReplayResult result = bench.run(
                """
                        echo o > x.o; echo d > x.d; chmod 600 x.d; touch empty; echo p > prog; chmod 755 prog; mkdir -p sub/deep; echo s > sub/deep/x.su
                        mkdir nothing; echo scratch > /tmp/cc1.s; echo h > .hidden; echo u > é
                        """,
                bench.file("/w/x.c", "int x;"));
        assertThat(files(result))
                .isEqualTo(Map.of("/w/x.o", "644 o\n", "/w/x.d", "600 d\n", "/w/empty", "644 ", "/w/prog", "755 p\n",
                        "/w/sub/deep/x.su", "644 s\n", "/w/.hidden", "644 h\n", "/w/é", "644 u\n"));
    }

    /** Files without a name, and those in a directory that cannot be listed, count as well; so does standard output. */
    @Test
    void boundsWhatACommandWritesInAll() throws IOException {
        JobLimits limits = new JobLimits(4L << 30, 64 << 20, 16 << 20, 64, Duration.ofMinutes(1));
        String fill = "while head -c 1000000 /dev/zero >&5; do i=$((i + 1)); done 2>/dev/null; exit $i";
        for (String script : List.of("i=0; exec 5> big; " + fill, "i=0; exec 5> big; rm big; " + fill,
                "i=0; mkdir d; chmod 300 d; exec 5> d/big; " + fill, "i=0; exec 5> /tmp/big; " + fill,
                "i=0; exec 5>&1; " + fill)) {
            CommandReplay.ReplayResult result = bench.run(limits, Workbench.offer(List.of("/w"), script));
            assertThat(result.exit()).as(script).isBetween(14, 16);
        }
    }

    @Test
    void boundsTheNumberOfFiles() throws IOException {
        CommandReplay.ReplayResult result = bench.run("""
                mkdir /tmp/0; i=0; while [ $i -lt 500 ]; do : > /tmp/0/$i; i=$((i+1)); done
                i=1; while cp -r /tmp/0 /tmp/$i; do i=$((i+1)); done 2>/dev/null; echo $i
                """);
        assertThat(Integer.parseInt(Files.readString(result.output()).strip())).isBetween(35, 40);
    }

    @Test
    void bringsBackFromEachOutputDirectoryAndFromNoOther() throws IOException {
        CommandReplay.ReplayResult result = bench.run(Workbench.LIMITS, Workbench.offer(
                List.of("/w", "/out/o", "/w/obj", "/nowhere"),
                "echo 1 > /w/a; echo 2 > /out/o/b; echo 3 > /w/obj/c; echo 4 > /w/src/d; echo 5 > /out/e; echo 6 > /tmp/f; exit 0",
                Workbench.directory("/out/o"), Workbench.directory("/w/obj"), bench.file("/w/src/x.c", "x")));
        assertThat(files(result)).isEqualTo(Map.of("/w/a", "644 1\n", "/out/o/b", "644 2\n", "/w/obj/c", "644 3\n"));
    }

    @Test
    void bringsBackFromTheTemporaryDirectoryOnlyIfItIsAnOutputDirectory() throws IOException {
        WireInput source = bench.file("/tmp/p/x.c", "x");
        assertThat(files(bench.run("echo 1 > /tmp/a; echo 2 > b; exit 0", source))).containsOnlyKeys("/w/b");
        assertThat(files(bench.run(Workbench.LIMITS,
                Workbench.offer(List.of("/tmp"), "echo 1 > /tmp/a; echo 2 > /tmp/p/x.c; exit 0", source))))
                .containsOnlyKeys("/tmp/a");
    }

    @Test
    void copiesWhatStandsWhereTheCommandMayWriteAndBringsItBackOnlyIfChanged() throws IOException {
        WireInput header = bench.file("/w/x.h", "header");
        WireInput twin = bench.file(InputKind.PRIVATE_FILE, "/w/y.h", "header", 5_000_000_000L, 0);
        assertThat(files(bench.run("cat x.h y.h > both; touch -c none", header, twin)))
                .isEqualTo(Map.of("/w/both", "644 headerheader"));
        assertThat(files(bench.run("echo more >> x.h", header, twin))).isEqualTo(Map.of("/w/x.h", "644 headermore\n"));
        assertThat(files(bench.run("echo new > z; mv z x.h; rm y.h", header, twin)))
                .isEqualTo(Map.of("/w/x.h", "644 new\n"));
        assertThat(files(bench.run("cat x.h > both", header))).isEqualTo(Map.of("/w/both", "644 header"));
    }

    @Test
    void refusesOutputsThatAreNeitherFilesNorDirectories() {
        for (String trick : List.of("ln -s /etc/passwd x.o", "mkfifo x.o", "mkdir d; ln -s /etc/shadow d/x.o")) {
            assertThatThrownBy(() -> bench.run(trick)).as(trick).isInstanceOf(IOException.class)
                    .hasMessageContaining("x.o");
        }
    }

    @Test
    void doesNotLookThroughLinksThatAJobPutsInPlaceOfDirectories() throws IOException {
        CommandReplay.ReplayResult result = bench.run("rm -rf d; ln -s /etc d; rm l; ln -s /etc/passwd l; exit 0",
                Workbench.directory("/w/d"),
                Workbench.link("/w/l", "x"));
        assertThat(files(result)).isEmpty();
    }

    @Test
    void refusesMoreThanTenThousandFiles() {
        assertThatThrownBy(() -> bench.run("""
                mkdir 0; i=0; while [ $i -lt 101 ]; do : > 0/$i; i=$((i+1)); done
                i=1; while [ $i -lt 101 ]; do cp -r 0 $i; i=$((i+1)); done
                """)).isInstanceOf(IOException.class).hasMessageContaining("10000");
    }

    @Test
    void givesEachJobLinksWhereItOnlyReads() throws IOException {
        CommandReplay replay = new CommandReplay(bench.sandbox(), Workbench.LIMITS, bench.freshDirectory());
        ExecRoot tree = replay.prepare(bench.toolchain(),
                Workbench.offer(List.of("/w"), "", bench.file("/w/in/x.h", "x"), bench.file("/w/y.h", "y"),
                        bench.file(InputKind.PRIVATE_FILE, "/in/z.h", "x", 5_000_000_000L, 0)),
                bench.store());
        assertThat(links(tree.outside("/w/in/x.h"))).isEqualTo(2);
        assertThat(links(tree.outside("/w/y.h"))).isEqualTo(2);
        assertThat(links(tree.outside("/in/z.h"))).isEqualTo(1);
        assertThat(links(tree.outside("/bin/cat"))).isGreaterThan(1);
        assertThat(tree.writable()).containsExactly("/tmp", "/w");
        assertThat(tree.shieldsBelow("/w")).containsExactly("/w/in");
    }

    private static int links(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:nlink");
    }

    @Test
    void saysWhichInputIsNotInTheStore() throws IOException {
        WireInput input = bench.file("/w/x.c", "gone");
        bench.store().remove(Digest.of(input.hash(), input.size()));
        assertThatThrownBy(() -> bench.run("true", input)).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/w/x.c");
    }

    @Test
    void saysWhichFileOfTheToolchainIsDamaged() throws IOException {
        Path cat = directory.resolve("toolchain/bin/cat");
        Files.setLastModifiedTime(cat, FileTime.fromMillis(0));
        assertThatThrownBy(() -> bench.run("true")).isInstanceOf(CorruptToolchainException.class)
                .hasMessageContaining("bin/cat");
        Files.delete(cat);
        assertThatThrownBy(() -> bench.run("true")).isInstanceOf(CorruptToolchainException.class)
                .hasMessageContaining("bin/cat");
    }

    @Test
    void saysWhatKeptACommandFromRunning() throws IOException {
        assertThatThrownBy(() -> bench.run(Workbench.LIMITS,
                Workbench.offer(List.of("/w"), "true", Workbench.link("/.floe-bin", "/w"))))
                .isInstanceOf(IOException.class).hasMessageContaining("/.floe-bin");
        var offer = Workbench.offer(List.of("/w"), "true");
        var elsewhere = new JobMessage.Offer("x", "x", "/bin/none", List.of("none"), "/w",
                List.of(),
                022, "", offer.inputs(),
                List.of(), 0, 0, "", false, "", false);
        assertThat(bench.run(Workbench.LIMITS, elsewhere).exit()).isEqualTo(127);
        var nowhere = new JobMessage.Offer("x", "x", "/bin/sh", List.of("sh"), "/none",
                List.of(),
                022, "", offer.inputs(),
                List.of(), 0, 0, "", false, "", false);
        assertThatThrownBy(() -> bench.run(Workbench.LIMITS, nowhere)).isInstanceOf(IOException.class)
                .hasMessageContaining("/none");
    }

    @Test
    void keepsFilesOfTheSubmitterThatAreOneFileOneFileWhereTheCommandMayWrite() throws IOException {
        CommandReplay.ReplayResult result = bench.run("stat -c %i:%Y:%h x.h y.h z.h",
                bench.file(InputKind.PRIVATE_FILE, "/w/x.h", "same", 5_000_000_000L, 1),
                bench.file(InputKind.PRIVATE_FILE, "/w/y.h", "same", 5_000_000_000L, 1),
                bench.file(InputKind.PRIVATE_FILE, "/w/z.h", "same", 7_000_000_000L, 2));
        List<String> lines = Files.readString(result.output()).lines().toList();
        assertThat(lines.get(0)).endsWith(":5:2").isEqualTo(lines.get(1));
        assertThat(lines.get(2)).endsWith(":7:1");
    }

    @Test
    void leavesNothingOfAJobOnTheDiskButItsResults() throws IOException {
        Path job = bench.freshDirectory();
        new CommandReplay(bench.sandbox(), Workbench.LIMITS, job).run(bench.toolchain(),
                Workbench.offer(List.of("/w"),
                        "mkdir closed; echo x > closed/x; chmod 0 closed; echo y > /tmp/y; echo o > x.o"),
                bench.store());
        try (Stream<Path> results = Files.list(job.resolve(Sandbox.RESULTS))) {
            assertThat(results.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("0", "1", "index", "status");
        }
    }
}
