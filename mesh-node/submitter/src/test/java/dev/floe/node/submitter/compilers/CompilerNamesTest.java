package dev.floe.node.submitter.compilers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CompilerFamily;

/** Which names are those of compilers. */
final class CompilerNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"cc", "g++", "gcc-12", "x86_64-linux-gnu-g++-12", "x86_64-w64-mingw32-gcc",
            "x86_64-w64-mingw32-g++-posix", "x86_64-w64-mingw32-gcc-12-win32", "musl-gcc"})
    void speakAsGcc(String name) {
        assertThat(CompilerNames.family(name)).contains(CompilerFamily.GCC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clang", "clang++-14", "aarch64-linux-gnu-clang"})
    void speakAsClang(String name) {
        assertThat(CompilerNames.family(name)).contains(CompilerFamily.CLANG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ld", "gcc-ar", "gcc-ar-12", "x86_64-w64-mingw32-gcc-ranlib-posix", "rustc", "gccgo"})
    void areNoCompilers(String name) {
        assertThat(CompilerNames.family(name)).isEmpty();
    }
}
