package dev.floe.node.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.front.Ability;
import dev.floe.front.discovery.CompilerDiscovery;
import dev.floe.front.discovery.Directories;
import dev.floe.node.execute.Limits;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.toolchains.Rehearsal;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.wire.StandInMessage.Facts;
import dev.floe.node.wire.StandInMessage.Portrait;
import dev.floe.node.wire.StandInMessage.Sketch;
import dev.floe.node.wire.StandInMessage.Verdict;
import dev.floe.store.ContentStore;
import dev.floe.store.FileDigests;

/** This machine's gcc, compared with a compiler that is just like it but for what each test says. */
final class ExaminerTest {
    private static final Path GCC = Path.of("/usr/bin/gcc");
    private static final Limits LIMITS = new Limits(4L << 30, 64 << 20, 256 << 20, 64, Duration.ofMinutes(1));
    private static final String OTHER = "0".repeat(64);

    @TempDir
    private Path directory;

    private ContentStore store;
    private Examiner examiner;
    private Portrait portrait;

    @BeforeEach
    void paint() throws IOException {
        assumeTrue(Files.isExecutable(GCC), "there is no gcc");
        Path runner = Files.copy(Path.of(System.getProperty("floe.cc")), directory.resolve("floe-run"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Sandbox.Availability sandbox = Sandbox.probe(System.getenv("PATH"), runner);
        assumeTrue(sandbox instanceof Sandbox.Availability.Available, "there is no sandbox");
        store = ContentStore.open(directory.resolve("store"), 1 << 30);
        Shelf shelf = new Shelf(directory.resolve("shelf"), 1L << 30, (id, _) -> {
            throw new IOException("nobody holds " + id);
        }, () -> {});
        OwnToolchains compilers = new OwnToolchains(directory.resolve("compilers"), shelf,
                new Rehearsal(sandbox, store, new CompilerDiscovery(Clock.systemUTC(),
                        new Directories(Clock.systemUTC())), new FileDigests(1000), LIMITS,
                        directory.resolve("rehearsals")),
                Clock.systemUTC());
        compilers.make(GCC);
        portrait = new Painter(directory.resolve("samples")).paint(compilers.all().getFirst());
        examiner = new Examiner(compilers, shelf, new Trial(sandbox, store, LIMITS, directory.resolve("trials")),
                new Verdictbook(directory.resolve("verdicts")), List.of());
    }

    @AfterEach
    void close() throws Exception {
        if (store != null) {
            store.close();
        }
    }

    private Portrait like(String version, String target, List<Facts> facts, List<Sketch> sketches) {
        return new Portrait(OTHER, portrait.family(), version, target, "elsewhere", portrait.directory(),
                portrait.sign(), portrait.driver(), facts, sketches);
    }

    private Portrait like(List<Facts> facts, List<Sketch> sketches) {
        return like(portrait.version(), portrait.target(), facts, sketches);
    }

    private Verdict verdict(Portrait other) {
        List<Verdict> verdicts = examiner.examine(other);
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }

    @Test
    void provesAllOfACompilerThatIsEqual() {
        Verdict verdict = verdict(like(portrait.facts(), portrait.sketches()));

        assertThat(verdict.troubles()).isEmpty();
        assertThat(verdict.proven())
                .containsExactlyElementsOf(Arrays.stream(Ability.values()).map(Ability::name).toList());
        assertThat(verdict.options()).isEmpty();
    }

    @Test
    void namesAnotherVersionAndAnotherTarget() {
        assertThat(verdict(like("1.2.3", portrait.target(), portrait.facts(), portrait.sketches())).troubles())
                .singleElement().asString().contains("not 1.2.3");

        Verdict other = verdict(like(portrait.version(), portrait.target() + "hf", portrait.facts(),
                portrait.sketches()));
        assertThat(other.troubles()).singleElement().asString().contains("not " + portrait.target() + "hf");
        assertThat(other.proven()).isEmpty();
    }

    @Test
    void makesAnotherDefaultExplicit() {
        List<Facts> facts = new ArrayList<>();
        for (Facts each : portrait.facts()) {
            facts.add(new Facts(each.macros(), each.options().stream()
                    .map(line -> line.startsWith("-fwrapv ") ? "-fwrapv [enabled]" : line).toList()));
        }
        Verdict verdict = verdict(like(facts, portrait.sketches()));

        assertThat(verdict.options()).containsExactly("-fwrapv");
    }

    @Test
    void provesNothingOfACompilerThatDefinesSomethingElse() {
        List<Facts> facts = new ArrayList<>();
        for (Facts each : portrait.facts()) {
            List<String> macros = new ArrayList<>(each.macros());
            macros.add("#define __SOFTFP__ 1");
            facts.add(new Facts(macros, each.options()));
        }
        Verdict verdict = verdict(like(facts, portrait.sketches()));

        assertThat(verdict.proven()).isEmpty();
        assertThat(verdict.troubles()).first().asString().contains("does not define __SOFTFP__ 1");
    }

    @Test
    void takesBackOneAbilityForOneSampleAndKeepsTheVerdict() throws IOException {
        List<Sketch> sketches = portrait.sketches().stream()
                .map(sketch -> sketch.ability().equals(Ability.DEBUG.name())
                        ? new Sketch(sketch.name(), sketch.ability(), sketch.cxx(), sketch.file(), sketch.text(),
                                sketch.object(), sketch.options(), 0, new byte[32], sketch.messages())
                        : sketch)
                .toList();
        Verdict verdict = verdict(like(portrait.facts(), sketches));

        assertThat(verdict.proven()).doesNotContain("DEBUG").contains("CODE", "STACK_PROTECTOR", "ASSEMBLER");
        assertThat(verdict.troubles()).isNotEmpty().allSatisfy(trouble -> assertThat(trouble).contains("-g"));
        // The pair of toolchains decides: what is asked again is not tried again.
        assertThat(verdict(like(portrait.facts(), portrait.sketches()))).isEqualTo(verdict);

        try (var files = Files.list(directory.resolve("verdicts"))) {
            Files.write(files.findFirst().orElseThrow(), new byte[]{1, 2, 3});
        }
        assertThat(verdict(like(portrait.facts(), portrait.sketches())).troubles()).isEmpty();
    }

    @Test
    void refusesADescriptionWhosePartsAreNoNames() {
        for (Portrait bad : List.of(like("1", "../../bin/evil", List.of(), List.of()),
                like("-x", "t", List.of(), List.of()),
                new Portrait("../x", "gcc", "1", "t", "h", "/d", "", "/d", List.of(), List.of()),
                new Portrait(OTHER, "icc", "1", "t", "h", "/d", "", "/d", List.of(), List.of()))) {
            assertThatThrownBy(() -> Examiner.check(bad)).isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
        }
    }
}
