package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResults;

final class SubstituteCompilerTableTest {
    private static CompatibilityResult result(int options) {
        return new CompatibilityResult("/usr/bin/gcc", "ab", "x86_64", "/usr/bin/gcc", "", Collections
                .nCopies(options, "-fno-such-option"), "", "", List.of("CODE"), List.of());
    }

    @Test
    void keepsWhatIsShort() throws IOException {
        CompatibilityResults answer = new CompatibilityResults(Collections.nCopies(30, result(50)));
        assertThat(SubstituteCompilerTable.checked(answer)).isEqualTo(answer.verdicts());
    }

    @Test
    void refusesWhatWouldFillTheHeap() {
        CompatibilityResults answer = new CompatibilityResults(List.of(result(100_000)));
        assertThatThrownBy(() -> SubstituteCompilerTable.checked(answer)).isInstanceOf(IOException.class)
                .hasMessageContaining("is refused");
    }
}
