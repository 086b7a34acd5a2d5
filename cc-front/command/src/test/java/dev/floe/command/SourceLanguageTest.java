package dev.floe.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SourceLanguageTest {
    private static Optional<Language> of(String source, @Nullable String named, String compiler,
            @Nullable String mode) {
        return new SourceLanguage(source, named, CompilerFamily.GCC, compiler, mode).language();
    }

    @Test
    void theSuffixDecidesAndACxxDriverTakesCForCxx() {
        assertThat(of("a.c", null, "gcc", null)).contains(Language.C);
        assertThat(of("a.c", null, "/usr/bin/x86_64-linux-gnu-g++-12", null)).contains(Language.CXX);
        assertThat(of("a.i", null, "g++", null)).contains(Language.PREPROCESSED_CXX);
        assertThat(of("a.txt", null, "gcc", null)).isEmpty();
    }

    @Test
    void theDriverModeOverridesTheName() {
        assertThat(of("a.c", null, "clang", "g++")).contains(Language.CXX);
        assertThat(of("a.c", null, "clang++", "gcc")).contains(Language.C);
    }

    @Test
    void aNamedLanguageOverridesTheSuffix() {
        assertThat(of("a.txt", "c", "g++", null)).contains(Language.C);
        assertThat(of("a.c", "pascal", "gcc", null)).isEmpty();
    }

    @Test
    void onlyClangReadsIr() {
        assertThat(new SourceLanguage("a.ll", null, CompilerFamily.CLANG, "clang", null).language())
                .contains(Language.IR);
        assertThat(of("a.ll", null, "gcc", null)).isEmpty();
    }

    @Test
    void headersAreKnownBySuffixOrLanguage() {
        assertThat(new SourceLanguage("a.hpp", null, CompilerFamily.GCC, "g++", null).isHeader()).isTrue();
        assertThat(new SourceLanguage("a.txt", "c++-header", CompilerFamily.GCC, "g++", null).isHeader()).isTrue();
        assertThat(new SourceLanguage("a.h", "c", CompilerFamily.GCC, "gcc", null).isHeader()).isFalse();
    }
}
