package dev.floe.node.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.wire.StandInMessage.Facts;

/** Which options make one compiler's defaults those of another. */
final class DifferencesTest {
    private static final Facts BOARD = new Facts(List.of("#define A 1", "#define __PIE__ 2"),
            List.of("-march= armv6+fp", "-marm [enabled]", "-mthumb [disabled]", "-fstack-protector-strong [enabled]",
                    "-mfloat-abi= hard"),
            List.of("as -march=armv6+fp", "as of version 2.40"));

    @Test
    void findsNothingBetweenEquals() {
        assertThat(Differences.adjusting(BOARD, BOARD)).isEmpty();
        assertThat(Differences.left(BOARD, BOARD, List.of())).isEmpty();
    }

    @Test
    void spellsOutDefaults() {
        Facts other = new Facts(List.of("#define A 1", "#define B 2"),
                List.of("-march= armv7-a+fp", "-marm [disabled]", "-mthumb [enabled]",
                        "-fstack-protector-strong [disabled]",
                        "-mfloat-abi= hard"),
                BOARD.programs());

        assertThat(Differences.adjusting(BOARD, other)).containsExactlyInAnyOrder("-march=armv6+fp", "-marm",
                "-fstack-protector-strong", "-fPIE");
        assertThat(Differences.left(BOARD, other, List.of())).hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("does not define __PIE__ 2"))
                .anySatisfy(line -> assertThat(line).contains("defines B 2"))
                .anySatisfy(line -> assertThat(line).contains("-march= armv6+fp"));
    }

    @Test
    void takesNoOptionFromAPeerThatNamesAFileOrThatThisCompilerDoesNotHave() {
        Facts ours = new Facts(List.of(), List.of("-fplugin= none", "-fdump-all [disabled]", "-march= x",
                "-mtune= y", "-B none"), List.of());
        Facts evil = new Facts(List.of(), List.of("-fplugin= evil.so", "-fdump-all [enabled]", "-march= ../x",
                "-mtune= z -B/tmp", "-B /tmp", "-fnew-thing [enabled]"), List.of("cc1 -fplugin=evil.so"));

        assertThat(Differences.adjusting(evil, ours)).isEmpty();
    }

    @Test
    void seesWhatIsGivenToProgramsButForItsOwnOptions() {
        Facts other = new Facts(BOARD.macros(), BOARD.options(), List.of("as -march=armv6+fp", "as of version 2.41",
                "cc1 -fPIE", "cc1 -fno-stack-protector-strong", "cc1 -ffile-prefix-map=/a=/b"));

        assertThat(Differences.left(BOARD, other, List.of("-fPIE"))).containsExactly(
                "lacks by itself as of version 2.40",
                "has by itself as of version 2.41, cc1 -ffile-prefix-map=/a=/b");
    }
}
