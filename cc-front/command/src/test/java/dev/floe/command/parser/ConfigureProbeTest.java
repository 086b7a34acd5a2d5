package dev.floe.command.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigureProbeTest {
    @ParameterizedTest
    @CsvSource({
            "/b/conftest.c,/b,true", //
            "/b/conftest.cpp,/b,true", //
            "/b/_configtest.c,/b,true", //
            "/b/CMakeFiles/CMakeTmp/CheckSymbolExists.c,/b/CMakeFiles/CMakeTmp,true", //
            "/b/CMakeFiles/CMakeScratch/TryCompile-x/src.c,/b/CMakeFiles/CMakeScratch/TryCompile-x,true", //
            "/usr/share/cmake-3.25/Modules/CMakeCCompilerABI.c,/b/CMakeFiles/CMakeScratch/TryCompile-x,true", //
            "/b/CMakeFiles/3.25.1/CompilerIdC/CMakeCCompilerId.c,/b/CMakeFiles/3.25.1/CompilerIdC,true", //
            "/b/meson-private/tmpabc/testfile.c,/b,true", //
            "/b/meson-private/sanitycheckc.c,/b/meson-private,true", //
            "/b/.sconf_temp/conftest_1.c,/b,true", //
            "/b/.conf_check_0/test.c,/b/.conf_check_0/testbuild,true", //
            "/dev/null,/b,true", //
            "/b/dev/null,/b,false", //
            "/b/test.c,/b,false", //
            "/b/conftest2.c,/b,false", //
            "/b/myconftest.c,/b,false", //
            "/b/meson-private-x/a.c,/b,false", //
            "/b/CMakeFiles/lib.dir/a.c,/b,false", //
            "/b/CMakeFiles/lib.dir/CompilerIdx/a.c,/b,true", // a name that CMake keeps for itself
            "/b/CMakeTmp/a.c,/b,false", //
            "/a.c,/,false"})
    void knowsTheNamesOfProbes(String source, String cwd, boolean probe) {
        assertThat(ConfigureProbe.isProbe(Path.of(source), Path.of(cwd))).isEqualTo(probe);
    }
}
