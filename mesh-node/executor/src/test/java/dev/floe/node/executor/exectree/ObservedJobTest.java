package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.command.observation.PathSet;
import dev.floe.node.executor.Workbench;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.Digest;

/** What an executor learns of the programs of a job. */
final class ObservedJobTest {
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

    private CommandReplay.ReplayResult observed(String script, WireInput... inputs) throws IOException {
        return bench.run(Workbench.LIMITS, Workbench.offer(List.of("/w"), script, inputs).observed(true));
    }

    private static WireObservation observation(CommandReplay.ReplayResult result) {
        return Objects.requireNonNull(result.observation());
    }

    @Test
    void isWholeWhenAllProgramsEndInAnOrderlyWay() throws IOException {
        CommandReplay.ReplayResult result = observed("cat a.h b/c.h; test -e d; cp x.h y.h; cat y.h; rm y.h; cat y.h",
                bench.file("/w/x.h", "x"));
        WireObservation observation = observation(result);
        assertThat(observation.gap()).isEmpty();
        assertThat(PathSet.decode(observation.missed())).contains("/w/a.h", "/w/b/c.h")
                .doesNotContain("/w/x.h", "/w/y.h").noneMatch(path -> path.startsWith("/.floe"));
    }

    @Test
    void namesTheDirectoriesThatWereListed() throws IOException {
        WireObservation observation = observation(
                observed("ls /w /bin > /dev/null; cat < x.h", bench.file("/w/x.h", "x")));
        assertThat(PathSet.decode(observation.listed())).containsExactly("/bin", "/w");
    }

    private static List<String> names(WireObservation observation, String directory) throws IOException {
        return PathSet.decode(observation.listedNames()).stream().filter(path -> path.startsWith(directory + "/"))
                .map(path -> path.substring(directory.length() + 1)).toList();
    }

    /** Listed by another way, it has the same names under that. */
    @Test
    void tellsWhatTheListedDirectoriesHeld() throws IOException {
        WireObservation observation = observation(observed("touch new; ls . way /w/sub/.. > /dev/null",
                bench.file("/w/x.h", "x"), bench.file("/w/sub/y.h", "y"), Workbench.link("/w/way", "sub")));
        assertThat(names(observation, "/w/way")).containsExactly("y.h");
        assertThat(names(observation, "/w/sub/..")).containsExactly("sub", "way", "x.h");
        assertThat(observation.gap()).isEmpty();
    }

    private List<Integer> used(String script) throws IOException {
        byte[] used = observation(observed(script, bench.file("/w/a.h", "a"), Workbench.link("/w/at", "sub"),
                bench.file("/w/b.h", "b"), bench.file("/w/sub/c.h", "c"), Workbench.link("/w/way.h", "sub/d.h"),
                bench.file("/w/sub/d.h", "d"))).used();
        return BitSet.valueOf(used).stream().boxed().toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"true|", "cat a.h|0", "cat /w/b.h < a.h|0 1", "cat ./sub/../b.h|1",
            "cat at/c.h|2",
            "cat way.h|3", "cat /w//at/../sub/d.h|3", "test -e sub/d.h|3", "cat missing.h sub/c.h a.h|0 2",
            "ls sub > list; cat list|", "cp a.h z.h; cat z.h|0", "cat at/missing.h|"})
    void tellsWhichFilesWereLookedAt(String script, String files) throws IOException {
        List<Integer> expected = files == null
                ? List.of()
                : List.of(files.split(" ")).stream().map(Integer::valueOf).toList();
        assertThat(used(script)).isEqualTo(expected);
    }

    /** The C library opens them by itself. */
    @Test
    void takesFilesOfTheCLibraryForLookedAt() throws IOException {
        byte[] used = observation(observed("true", bench.file("/w/a.h", "a"),
                bench.file("/usr/share/locale/xx/LC_MESSAGES/gcc.mo", "x"), bench.file("/etc/localtime", "z"))).used();
        assertThat(BitSet.valueOf(used).stream().boxed()).containsExactly(1, 2);
    }

    @Test
    void isNotMadeUnlessItIsWanted() throws IOException {
        assertThat(bench.run("cat a.h; ls /.floe > list").observation()).isNull();
    }

    @Test
    void showsNothingToTheCommand() throws IOException {
        String script = "env; cat a.h 2>&1; /bin/env -i /bin/env; exit 3";
        CommandReplay.ReplayResult plain = bench.run(script);
        CommandReplay.ReplayResult observed = observed(script);
        assertThat(observation(observed).gap()).isEmpty();
        assertThat(observed.exit()).isEqualTo(plain.exit()).isEqualTo(3);
        assertThat(observed.output()).hasSameBinaryContentAs(plain.output());
        assertThat(observed.error()).hasSameBinaryContentAs(plain.error());
    }

    /** An empty list is another one than none. */
    @ParameterizedTest
    @ValueSource(strings = {"LD_PRELOAD=", "LD_PRELOAD=/lib/missing.so", "LD_PRELOAD=/lib/a.so:/lib/b.so"})
    void leavesTheUsersOwnPreload(String setting) throws IOException {
        Offer offer = Workbench.offer(List.of("/w"), "env 2>&1");
        List<String> environment = new ArrayList<>(offer.environment());
        environment.add(setting);
        Offer preloading = new Offer(offer.jobId(), offer.submitter(), offer.program(), offer.argv(),
                offer.directory(), environment, offer.umask(), offer.toolchain(), offer.inputs(),
                offer.outputDirectories(), offer.predictedMillis(), offer.memoryBytes(), "", false, "", false);
        CommandReplay.ReplayResult plain = bench.run(Workbench.LIMITS, preloading);
        CommandReplay.ReplayResult observed = bench.run(Workbench.LIMITS, preloading.observed(true));
        assertThat(observation(observed).gap()).isEmpty();
        assertThat(observed.output()).hasSameBinaryContentAs(plain.output()).content().contains(setting);
        assertThat(observed.error()).hasSameBinaryContentAs(plain.error());
    }

    @Test
    void hasAGapWhenAProgramIsKilled() throws IOException {
        assertThat(observation(observed("sh -c 'kill -9 $$'; true")).gap()).contains("has not ended");
    }

    @Test
    void hasAGapWhenAStaticProgramRuns() throws IOException {
        assertThat(observation(observed("/.floe-bin/floe-run; true")).gap()).contains("floe-run");
    }

    /** The record has room of its own: a program gets an error, and not a signal, when it fills the disk. */
    @Test
    void ofAJobThatFillsItsFileSystemIsWhole() throws IOException {
        JobLimits limits = new JobLimits(4L << 30, 64 << 20, 4 << 20, 64, Duration.ofMinutes(1));
        Offer offer = Workbench.offer(List.of("/w"), """
                i=0; exec 5> big; while head -c 100000 /dev/zero >&5; do i=$((i + 1)); done 2>/dev/null
                cat a.h b.h c.h 2>/dev/null; exit $i""");
        CommandReplay.ReplayResult plain = bench.run(limits, offer);
        CommandReplay.ReplayResult observed = bench.run(limits, offer.observed(true));
        assertThat(observed.exit()).isEqualTo(plain.exit()).isBetween(30, 45);
        assertThat(observation(observed).gap()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm /.floe/record", "rm /.floe/record; mkfifo /.floe/record",
            "rm /.floe/record; ln -s /bin/sh /.floe/record", "rm /.floe/record; mkdir /.floe/record",
            "rm /.floe/record; echo x > /.floe/record", "rm /.floe/record; head -c 8000000 /dev/zero > /.floe/record",
            "rm /.floe/record; cp /bin/sh /.floe/record"})
    void hasAGapWhenTheRecordIsTamperedWith(String script) throws IOException {
        CommandReplay.ReplayResult result = observed(script + "; cat z.h; echo o > x.o");
        assertThat(result.files()).hasSize(1);
        assertThat(observation(result).gap()).isNotEmpty();
    }

    @Test
    void hasAGapWhenTheSandboxForbidsWhatAUserMayDo() throws IOException {
        assertThat(observation(observed("echo x 2>/dev/null > /bin/x; true")).gap()).contains("/bin/x");
    }

    private ObserverChoice choose(String program, Map<ObserverLibrary, Path> libraries) throws IOException {
        Digest runner = bench.store().put(Files.readAllBytes(bench.runner()));
        Offer offer = new Offer("a/1", "a", program, List.of("x"), "/w", List.of(), 022, "",
                List.of(new WireInput(InputKind.FILE, "/w/static", 0755, runner.hash(), runner.size(), "", 0, 0),
                        bench.file("/w/script", "#! /w/../w/link -e\necho"), bench.file("/w/text", "int x;"),
                        Workbench.link("/w/link", "to/sh"), Workbench.link("/w/to", "/bin"),
                        Workbench.link("/w/loop", "loop")),
                List.of(), 0, 0, "", false, "", false);
        ReusableExecRoot ground = ReusableExecRoot.fresh(bench.freshDirectory());
        ExecRoot tree = ExecRoot.make(ground, bench.toolchain(), offer, bench.store(), bench.runner());
        tree.observe(bench.toolchain(), offer, libraries);
        return tree.observer().orElseThrow();
    }

    @Test
    void usesALibraryThatFitsTheProgramOnly() throws IOException {
        Map<ObserverLibrary, Path> libraries = bench.sandbox().observers();
        for (String program : List.of("/bin/sh", "/w/link", "/w/script")) {
            assertThat(choose(program, libraries)).as(program).isInstanceOf(ObserverChoice.Fits.class);
        }
        assertThat(choose("/w/static", libraries)).isInstanceOfSatisfying(ObserverChoice.NoObserver.class,
                none -> assertThat(none.why()).isEqualTo("no observer for static programs such as /w/static"));
        for (String program : List.of("/w/text", "/w/loop", "/w/missing", "sh", "/w")) {
            assertThat(choose(program, libraries)).as(program).isInstanceOf(ObserverChoice.NoObserver.class);
        }
    }

    @Test
    void needsALibraryForTheArchitecture() throws IOException {
        assertThat(choose("/bin/sh", Map.of())).isInstanceOfSatisfying(ObserverChoice.NoObserver.class,
                none -> assertThat(none.why()).contains("programs such as /bin/sh"));
    }
}
