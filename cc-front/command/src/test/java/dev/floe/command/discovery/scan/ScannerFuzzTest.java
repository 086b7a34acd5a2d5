package dev.floe.command.discovery.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.command.discovery.DepfileParser;
import dev.floe.command.discovery.implicit.ThinLtoIndex;
import dev.floe.command.discovery.implicit.ThinLtoIndexTest;

/** Sources of any bytes, and rules of make that no compiler wrote. */
final class ScannerFuzzTest {
    @MethodSource("sources")
    @FuzzTest
    void scansAnySource(byte[] bytes) {
        assertThat(SourceScanner.scan(bytes)).isNotNull();
        assertThat(SourceScanner.scanFor("HEADER", bytes)).isNotNull();
        assertThat(DirectiveScanner.operandOf(new String(bytes, StandardCharsets.UTF_8))).isNotNull();
    }

    @MethodSource("sources")
    @FuzzTest
    void scansAnyAssembly(byte[] bytes) {
        assertThat(AssemblerScanner.scan(bytes)).isNotNull();
    }

    @MethodSource("rules")
    @FuzzTest
    void readsOrRefusesARule(byte[] bytes) {
        Optional<List<String>> names = DepfileParser.prerequisites(new String(bytes, StandardCharsets.UTF_8), "floe");
        names.ifPresent(all -> assertThat(all).doesNotContain(""));
    }

    @MethodSource("indexes")
    @FuzzTest
    void readsOrPassesAnIndex(byte[] bytes) {
        assertThat(ThinLtoIndex.modules(bytes)).doesNotContainNull();
    }

    static Stream<byte[]> indexes() {
        return Stream.of(ThinLtoIndexTest.INDEX);
    }

    static Stream<byte[]> sources() {
        return Stream
                .of("""
                        #pragma once
                        #include <stdio.h>
                        #include_next "a.h"
                        # include MACRO(x) // comment
                        #if __has_include("option.h") && __has_embed(<data>)
                        #embed "bytes" limit(3)
                        #endif
                        #define HEADER <vector>
                        const char *raw = R"x(#include "no.h")x"; /* #include "no.h" */
                        __asm__(".incbin \\"bytes.bin\\"" ".inc" "lude \\"m.s\\"");
                        const char *when = __DATE__ __TIME__;
                        import <map>; export module m;
                        """, "??=include \"t.h\"\n#inc\\\nlude \"s.h\"",
                        ".include \"a.s\"\n.incbin \"b\", 3\n#include \"c.h\"\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> rules() {
        return Stream.of("floe: a.c a\\ b.h \\\n c\\#.h d$$.h\n", "floe: a\\\\\\ b\r\n", "floe:\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
