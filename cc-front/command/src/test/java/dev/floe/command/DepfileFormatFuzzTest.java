package dev.floe.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Dependency files that no compiler wrote. */
final class DepfileFormatFuzzTest {
    @MethodSource("files")
    @FuzzTest
    void recognisesWhatItWouldWrite(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (DepfileFormat layout : DepfileFormat.values()) {
            layout.render(text);
        }
        DepfileFormat.of(text).ifPresent(layout -> assertThat(layout.render(text)).isEqualTo(text));
    }

    static Stream<byte[]> files() {
        return Stream
                .of("a.o: a.c a.h\n", "out/a.o x\\ y.o: src/a.c inc/a\\ b.h \\\n inc/c.h\n\na.h:\n\ninc/c.h:\n",
                        ":\\\n \\\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
