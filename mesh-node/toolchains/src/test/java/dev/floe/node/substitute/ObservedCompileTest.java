package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.observation.PathSet;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.Digest;

/** Compiles of this machine's gcc in the sandbox, observed and not. */
@ExtendWith(OwnGccResolver.class)
final class ObservedCompileTest {
    private static final String SOURCE = """
            #if __has_include("config.h")
            int configured;
            #endif
            #include "x.h"
            __attribute__((noinline)) static int g(int a) { int unused; return a + X; }
            int f(int a) { return g(a) * g(a + 1); }
            """;

    @TempDir
    private Path directory;
    private OwnGcc own;
    private LocalToolchain held;
    private int jobs;

    @BeforeEach
    void open(OwnGcc shared) {
        own = shared;
        held = own.toolchainStore.getOrFetch(own.gcc().known().id()).join();
    }

    private WireInput file(String path, String text) throws IOException {
        Digest digest = own.store.put(text.getBytes(StandardCharsets.UTF_8));
        return new WireInput(InputKind.FILE, path, 0644, digest.hash(), digest.size(), "", 0, 0);
    }

    private Offer offer(String words, String source, String... variables) throws IOException {
        List<String> environment = new ArrayList<>(List.of("PATH=/usr/bin:/bin", "LC_ALL=C"));
        environment.addAll(List.of(variables));
        return new Offer("a/1", "a", own.gcc().c().orElseThrow().toString(), List.of(words.split(" ")), "/w",
                environment, 022, held.toolchain().id().hex(),
                List.of(file("/w/x.c", source), file("/w/inc/x.h", "#define X 5\n")), List.of("/w"), 0, 0, "", false,
                "", false);
    }

    private CommandReplay.ReplayResult run(Offer offer) throws IOException {
        return new CommandReplay(own.usable(), OwnGcc.LIMITS, directory.resolve("job" + jobs++)).run(held, offer,
                own.store);
    }

    private WireObservation observe(Offer offer) throws IOException {
        WireObservation observation = Objects.requireNonNull(run(offer.observed(true)).observation());
        assertThat(observation.gap()).isEmpty();
        return observation;
    }

    @Test
    void changesNothingThatTheCompilerPrintsOrWrites() throws IOException {
        for (String words : List.of("gcc -Iinc -O2 -g -Wall -c x.c -o x.o", "gcc -Iinc -MD -c x.c", "gcc -Iinc -E x.c",
                "gcc -Iinc -S -fverbose-asm x.c", "gcc -Iinc -M x.c", "gcc -Iinc -v -c x.c -o x.o",
                "gcc -Iinc -save-temps -c x.c", "gcc -Iinc -fdump-tree-optimized -fstack-usage -pipe -c x.c",
                "gcc -Iinc -flto -frandom-seed=1 -c x.c", "gcc -c x.c", "gcc -Iinc -Werror -Wall -c x.c",
                "gcc -Iinc -c y.c", "gcc -Iinc -frecord-gcc-switches -c x.c", "gcc --version",
                "gcc -fsyntax-only x.c")) {
            Offer offer = offer(words, SOURCE);
            CommandReplay.ReplayResult plain = run(offer);
            CommandReplay.ReplayResult observed = run(offer.observed(true));
            assertThat(Objects.requireNonNull(observed.observation()).gap()).as(words).isEmpty();
            assertThat(observed.exit()).as(words).isEqualTo(plain.exit());
            assertThat(observed.output()).as(words).hasSameBinaryContentAs(plain.output());
            if (!words.contains("-v ")) { // which prints the names of temporary files
                assertThat(observed.error()).as(words).hasSameBinaryContentAs(plain.error());
            }
            assertThat(observed.files().stream().map(CommandReplay.ReplayOutput::path)).as(words)
                    .isEqualTo(plain.files().stream().map(CommandReplay.ReplayOutput::path).toList());
            for (int i = 0; i < plain.files().size(); i++) {
                assertThat(observed.files().get(i).mode()).as(words).isEqualTo(plain.files().get(i).mode());
                assertThat(observed.files().get(i).file()).as(words)
                        .hasSameBinaryContentAs(plain.files().get(i).file());
            }
        }
    }

    @Test
    void tellsWhichHeadersAndVariablesWereNotThere() throws IOException {
        WireObservation observation = observe(offer("gcc -Iinc -Inone -O2 -c x.c -o x.o", SOURCE));
        assertThat(PathSet.decode(observation.missed())).contains("/w/config.h", "/w/inc/config.h", "/w/none")
                .doesNotContain("/w/x.o", "/w/inc/x.h").noneMatch(path -> path.startsWith("/tmp/cc"));
        assertThat(observation.missingVariables()).contains("CPATH", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX")
                .doesNotContain("LC_ALL");
        assertThat(observation.presentVariables()).contains("LC_ALL");
        assertThat(observation.queries()).isEmpty();
    }

    @Test
    void tellsThatTheDateWasAskedForHoweverItIsSpelled() throws IOException {
        for (String source : List.of("char d[] = __DATE__;",
                "#define A __DA##TE__\n#define B(x, y) x ## y\nchar d[] = B(__TI, ME__);",
                "_Pragma(\"message(__TIME__)\")", "char t[] = __TIME__;")) {
            assertThat(observe(offer("gcc -c x.c -o x.o", source)).queries()).as(source).contains("DATE:cc1");
            assertThat(observe(offer("gcc -c x.c -o x.o", source, "SOURCE_DATE_EPOCH=1000000000")).queries())
                    .as(source).containsExactly("CALENDAR:cc1");
        }
    }
}
