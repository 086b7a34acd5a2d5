package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8StringsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a.c", "\u00fcber", "\u4e2d\ud83d\ude00", "\ufffd", "a\ufffd\u00e9"})
    void anyTextComesBack(String text) {
        assertThat(Utf8Strings.text(Utf8Strings.bytes(text))).contains(text);
    }

    @Test
    void bytesThatAreNotUtf8HaveNoText() {
        for (byte[] bytes : new byte[][]{{(byte) 0xff}, {'a', (byte) 0xc3}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                {(byte) 0xc0, (byte) 0x80}, "\u00e9".getBytes(StandardCharsets.ISO_8859_1)}) {
            assertThat(Utf8Strings.text(bytes)).isEmpty();
        }
    }
}
