package dev.floe.toolchain.locate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

final class NativeDefaultsTest {
    @Test
    void aConfigurationFileMayAskForTheProcessorOfTheMachine() {
        for (String text : List.of("-march=native", "-O2 -mtune=native\n", "# ours\n-fPIC\n  -mcpu=native+crypto\n")) {
            assertThat(NativeDefaults.isInConfiguration(text)).as(text).isTrue();
        }
        for (String text : List.of("", "-march=x86-64-v3", "# not -march=native\n-O2\n", "-DNAME=-march=natively")) {
            assertThat(NativeDefaults.isInConfiguration(text)).as(text).isFalse();
        }
    }

    @Test
    void gccMayBeBuiltForTheProcessorOfTheMachine() {
        assertThat(NativeDefaults.isBuiltIn(List.of("Target: x86_64-linux-gnu",
                "Configured with: ../configure --with-arch=native --enable-languages=c"))).isTrue();
        assertThat(NativeDefaults.isBuiltIn(List.of("Configured with: ../configure --with-tune-64=native"))).isTrue();
        assertThat(NativeDefaults.isBuiltIn(List.of("Configured with: ../configure --with-arch-32=i686",
                "gcc version 12.2.0"))).isFalse();
    }
}
