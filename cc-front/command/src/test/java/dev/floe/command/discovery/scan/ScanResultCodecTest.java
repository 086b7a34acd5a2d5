package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;

final class ScanResultCodecTest {
    private static final SourceScanResult RESULT = SourceScanner.scan("""
            #pragma once
            #include <stdio.h>
            #if __has_include("\u00fcber.h")
            #include_next "a.h"
            #endif
            #define NAME <b.h>
            #include NAME
            #define HAS(x) __has_include(x)
            #embed "data.bin"
            #line 7 "other.c"
            __asm__(".incbin \\"blob\\"");
            const char *when = __DATE__ __TIMESTAMP__;
            dependency
            """.getBytes(UTF_8));

    @Test
    void decodesWhatItHasEncoded() {
        assertThat(RESULT.includes()).isNotEmpty();
        assertThat(RESULT.headers()).isNotEmpty();
        assertThat(RESULT.features()).isNotEmpty();
        assertThat(RESULT.dependency()).isNotEmpty();
        assertThat(ScanResultCodec.decode(ScanResultCodec.encode(RESULT))).contains(RESULT);
        assertThat(ScanResultCodec.decode(ScanResultCodec.encode(SourceScanResult.NONE)))
                .contains(SourceScanResult.NONE);
    }

    @Test
    void decodesNoPartsAndNothingMore() {
        ByteBuffer whole = ScanResultCodec.encode(RESULT);
        for (int length = 0; length < whole.limit(); length++) {
            assertThat(ScanResultCodec.decode(whole.slice(0, length))).as(length + " bytes").isEmpty();
        }
        ByteBuffer longer = ByteBuffer.allocate(whole.limit() + 1).put(whole.duplicate()).rewind();
        assertThat(ScanResultCodec.decode(longer)).isEmpty();
    }

    @Test
    void decodesNoImpossibleLengths() {
        for (int count : new int[]{-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(ScanResultCodec.decode(ByteBuffer.allocate(100).putInt(count).rewind())).isEmpty();
            assertThat(ScanResultCodec.decode(ByteBuffer.allocate(100).putInt(1).putInt(count).rewind())).isEmpty();
        }
    }
}
