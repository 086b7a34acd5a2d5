package dev.floe.command.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Response files with anything in them. */
final class ResponseFileExpanderFuzzTest {
    @MethodSource("files")
    @FuzzTest
    void splitsAnyText(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> words = ResponseFileExpander.split(text);
        assertThat(words.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(text.length());
        assertThatCode(() -> OptionTable.gcc().read(words)).doesNotThrowAnyException();
        assertThatCode(() -> OptionTable.clang().read(words)).doesNotThrowAnyException();
    }

    /** Each file that is named has the same text, so most of them name themselves. */
    @MethodSource("files")
    @FuzzTest
    void expandsAnyTextOrFindsACircle(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            assertThat(ResponseFileExpander.expand(List.of("@a"), _ -> Optional.of(text)).files()).contains("a");
        } catch (IOException e) {
            assertThat(e).isInstanceOf(ResponseFileExpander.TooManyException.class);
        }
    }

    static Stream<byte[]> files() {
        return Stream.of("-O2 -g\n\"-Iinclude\" -DNAME=\"a\\ b\" @more.rsp\n", "-c a.c -o 'out dir/a.o'", "@a @b", "\\")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
