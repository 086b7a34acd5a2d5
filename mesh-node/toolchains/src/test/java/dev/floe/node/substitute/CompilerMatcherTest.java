package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.SampleResult;
import dev.floe.node.toolchains.imported.ImportedToolchains;
import dev.floe.node.toolchains.imported.SandboxedCommandRunner;
import dev.floe.store.Digest;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.elf.IdentRewriter;
import dev.floe.toolchain.index.ToolchainIndex;

/** This machine's gcc, compared with a compiler that is just like it but for what each test says. */
@ExtendWith(OwnGccResolver.class)
final class CompilerMatcherTest {
    private static final String OTHER = "0".repeat(64);

    @TempDir
    private Path directory;

    private OwnGcc own;
    private CompilerMatcher examiner;
    private CompilerProfile profile;

    @BeforeEach
    void open(OwnGcc shared) throws IOException {
        own = shared;
        profile = new CompilerProfiler(directory.resolve("samples")).profileOf(gcc());
        examiner = new CompilerMatcher(own.compilers, own.toolchainStore,
                new SampleVerifier(own.box(), own.store, OwnGcc.LIMITS, directory.resolve("trials")),
                new MessageFileCache<>(directory.resolve("verdicts"), CompatibilityResult.class),
                new CompilerMatcher.Imported(new ImportedToolchains(directory.resolve("imports")),
                        new SandboxedCommandRunner(own.box(), own.store, OwnGcc.LIMITS,
                                directory.resolve("questions"))),
                new CompilerMatcher.SearchScope(List.of(), Set.of(Platform.current().processor())));
    }

    private ToolchainIndex.Compilers gcc() {
        return own.gcc();
    }

    private CompilerProfile like(String version, String target, List<CompilerFacts> facts,
            List<SampleResult> sketches) {
        return new CompilerProfile(OTHER, profile.family(), version, target, profile.directory(),
                profile.sign(), profile.driver(), facts, sketches, List.of());
    }

    private CompilerProfile like(List<CompilerFacts> facts, List<SampleResult> sketches) {
        return like(profile.version(), profile.target(), facts, sketches);
    }

    private CompatibilityResult verdict(CompilerProfile other) {
        List<CompatibilityResult> verdicts = examiner.examine(other);
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }

    @Test
    void provesAllOfACompilerThatIsEqual() {
        CompatibilityResult verdict = verdict(like(profile.facts(), profile.sketches()));

        assertThat(verdict.troubles()).isEmpty();
        assertThat(verdict.proven())
                .containsExactlyElementsOf(
                        Arrays.stream(CompilerCapability.values()).map(CompilerCapability::name).toList());
        assertThat(verdict.options()).isEmpty();
    }

    @Test
    void signsObjectsAsTheOtherDoes() throws IOException {
        String sign = "GCC: (another vendor, of a longer name) 1.2.3";
        List<SampleResult> sketches = new ArrayList<>();
        for (SampleResult sampleResult : profile.sketches()) {
            byte[] object = Files.readAllBytes(Path.of(profile.directory(), sampleResult.object()));
            sketches.add(new SampleResult(sampleResult.name(), sampleResult.ability(), sampleResult.cxx(),
                    sampleResult.file(), sampleResult.text(),
                    sampleResult.object(), sampleResult.options(), 0,
                    Digest.ofBytes(IdentRewriter.rewriteObject(object, profile.sign(), sign)).hash(),
                    sampleResult.messages()));
        }
        CompatibilityResult verdict = verdict(
                new CompilerProfile(OTHER, profile.family(), profile.version(), profile.target(),
                        profile.directory(), sign, profile.driver(), profile.facts(), sketches, List.of()));

        assertThat(verdict.troubles()).isEmpty();
        assertThat(verdict.proven()).hasSize(CompilerCapability.values().length);
        assertThat(verdict.sign()).isEqualTo(sign).isNotEqualTo(verdict.signed());
    }

    @Test
    void takesWhatTheOtherHasHeardElsewhereForThatOneAlone() {
        CompilerProfile asking = like(profile.facts(), profile.sketches());
        CompatibilityResult heard = new CompatibilityResult("elsewhere", gcc().known().id().hex(), "x", "/cc", "",
                List.of(), "", "",
                List.of("CODE"), List.of("heard"));
        assertThat(verdict(asking.knowing(List.of(heard)))).isEqualTo(heard);
        assertThat(verdict(asking).proven()).as("nothing was kept").hasSize(CompilerCapability.values().length);
        assertThat(verdict(asking.knowing(List.of(heard))).proven()).as("its own goes first")
                .hasSize(CompilerCapability.values().length);
    }

    @Test
    void describesACompilerOnceUntilItsPlaceIsAnother() throws IOException {
        Path object = Path.of(profile.directory(), profile.sketches().getFirst().object());
        Files.delete(object);
        assertThat(new CompilerProfiler(directory.resolve("samples")).profileOf(gcc()).version())
                .isEqualTo(profile.version());
        assertThat(object).as("compiled again").doesNotExist();
        Path moved = directory.resolve("moved");
        Files.move(directory.resolve("samples"), moved);
        assertThat(new CompilerProfiler(moved).profileOf(gcc()).directory()).startsWith(moved.toRealPath().toString());
        assertThat(moved.resolve(directory.toRealPath().resolve("samples").relativize(object))).exists();
    }

    @Test
    void namesAnotherVersionAndAnotherTarget() {
        assertThat(verdict(like("1.2.3", profile.target(), profile.facts(), profile.sketches())).troubles())
                .singleElement().asString().contains("not 1.2.3");

        CompatibilityResult other = verdict(like(profile.version(), profile.target() + "hf", profile.facts(),
                profile.sketches()));
        assertThat(other.troubles()).singleElement().asString().contains("not " + profile.target() + "hf");
        assertThat(other.proven()).isEmpty();
    }

    @Test
    void makesAnotherDefaultExplicit() {
        List<CompilerFacts> facts = new ArrayList<>();
        for (CompilerFacts each : profile.facts()) {
            facts.add(new CompilerFacts(each.macros(), each.options().stream()
                    .map(line -> line.startsWith("-fwrapv ") ? "-fwrapv [enabled]" : line).toList(), each.programs()));
        }
        CompatibilityResult verdict = verdict(like(facts, profile.sketches()));

        assertThat(verdict.options()).containsExactly("-fwrapv");
    }

    @Test
    void provesNothingOfACompilerThatDefinesSomethingElse() {
        List<CompilerFacts> facts = new ArrayList<>();
        for (CompilerFacts each : profile.facts()) {
            List<String> macros = new ArrayList<>(each.macros());
            macros.add("#define __SOFTFP__ 1");
            facts.add(new CompilerFacts(macros, each.options(), each.programs()));
        }
        CompatibilityResult verdict = verdict(like(facts, profile.sketches()));

        assertThat(verdict.proven()).isEmpty();
        assertThat(verdict.troubles()).first().asString().contains("does not define __SOFTFP__ 1");
    }

    @Test
    void takesBackOneAbilityForOneSampleAndKeepsTheVerdict() throws IOException {
        List<SampleResult> sketches = profile.sketches().stream()
                .map(sampleResult -> sampleResult.ability().equals(CompilerCapability.DEBUG.name())
                        ? new SampleResult(sampleResult.name(), sampleResult.ability(), sampleResult.cxx(),
                                sampleResult.file(), sampleResult.text(),
                                sampleResult.object(), sampleResult.options(), 0, new byte[32], sampleResult.messages())
                        : sampleResult)
                .toList();
        CompatibilityResult verdict = verdict(like(profile.facts(), sketches));

        assertThat(verdict.proven()).doesNotContain("DEBUG").contains("CODE", "STACK_PROTECTOR", "ASSEMBLER");
        assertThat(verdict.troubles()).isNotEmpty().allSatisfy(trouble -> assertThat(trouble).contains("-g"));
        // A question is tried once, but who says something else of the same toolchain gets its own answer.
        assertThat(verdict(like(profile.facts(), sketches))).isEqualTo(verdict);
        assertThat(verdict(like(profile.facts(), profile.sketches())).troubles()).isEmpty();

        try (var files = Files.list(directory.resolve("verdicts"))) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[]{1, 2, 3});
            }
        }
        assertThat(verdict(like(profile.facts(), profile.sketches())).troubles()).as("damaged, and made again")
                .isEmpty();
    }

    @Test
    void refusesADescriptionWhosePartsAreNoNames() {
        for (CompilerProfile bad : List.of(like("1", "../../bin/evil", List.of(), List.of()),
                like("-x", "t", List.of(), List.of()),
                new CompilerProfile("../x", "gcc", "1", "t", "/d", "", "/d", List.of(), List.of(), List.of()),
                new CompilerProfile(OTHER, "icc", "1", "t", "/d", "", "/d", List.of(), List.of(), List.of()))) {
            assertThatThrownBy(() -> CompilerMatcher.check(bad)).isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void ofWhatACompilerPrintsOnlyTheBeginningIsRead() throws IOException {
        Path printed = directory.resolve("stderr");
        Files.writeString(printed, "M.c:1: error\n".repeat(1_000_000));
        assertThat(SampleVerifier.otherEnd(1, 0, printed)).hasSizeLessThan(5000)
                .contains("ends with 1, not 0: M.c:1: error M.c:1: error");
    }
}
