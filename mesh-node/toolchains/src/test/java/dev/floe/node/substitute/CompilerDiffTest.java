package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;

/** Which options make one compiler's defaults those of another. */
final class CompilerDiffTest {
    private static final CompilerFacts BOARD = new CompilerFacts(List.of("#define A 1", "#define __PIE__ 2"),
            List.of("-march= armv6+fp", "-marm [enabled]", "-mthumb [disabled]", "-fstack-protector-strong [enabled]",
                    "-mfloat-abi= hard"),
            List.of("as -march=armv6+fp", "as of version 2.40"));

    @Test
    void findsNothingBetweenEquals() {
        assertThat(CompilerDiff.adjusting(BOARD, BOARD)).isEmpty();
        assertThat(CompilerDiff.left(BOARD, BOARD, List.of())).isEmpty();
    }

    @Test
    void spellsOutDefaults() {
        CompilerFacts other = new CompilerFacts(List.of("#define A 1", "#define B 2"),
                List.of("-march= armv7-a+fp", "-marm [disabled]", "-mthumb [enabled]",
                        "-fstack-protector-strong [disabled]",
                        "-mfloat-abi= hard"),
                BOARD.programs());

        assertThat(CompilerDiff.adjusting(BOARD, other)).containsExactlyInAnyOrder("-march=armv6+fp", "-marm",
                "-fstack-protector-strong", "-fPIE");
        assertThat(CompilerDiff.left(BOARD, other, List.of())).hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("does not define __PIE__ 2"))
                .anySatisfy(line -> assertThat(line).contains("defines B 2"))
                .anySatisfy(line -> assertThat(line).contains("-march= armv6+fp"));
    }

    @Test
    void takesNoOptionFromAPeerThatNamesAFileOrThatThisCompilerDoesNotHave() {
        CompilerFacts ours = new CompilerFacts(List.of(),
                List.of("-fplugin= none", "-fdump-all [disabled]", "-march= x",
                        "-mtune= y", "-B none"),
                List.of());
        CompilerFacts evil = new CompilerFacts(List.of(),
                List.of("-fplugin= evil.so", "-fdump-all [enabled]", "-march= ../x",
                        "-mtune= z -B/tmp", "-B /tmp", "-fnew-thing [enabled]"),
                List.of("cc1 -fplugin=evil.so"));

        assertThat(CompilerDiff.adjusting(evil, ours)).isEmpty();
    }

    @Test
    void seesWhatIsGivenToProgramsButForItsOwnOptions() {
        CompilerFacts other = new CompilerFacts(BOARD.macros(), BOARD.options(),
                List.of("as -march=armv6+fp", "as of version 2.41",
                        "cc1 -fPIE", "cc1 -fno-stack-protector-strong", "cc1 -ffile-prefix-map=/a=/b"));

        assertThat(CompilerDiff.left(BOARD, other, List.of("-fPIE"))).containsExactly(
                "lacks by itself as of version 2.40",
                "has by itself as of version 2.41, cc1 -ffile-prefix-map=/a=/b");
    }
}
