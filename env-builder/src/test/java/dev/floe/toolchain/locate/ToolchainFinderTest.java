package dev.floe.toolchain.locate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.RealCompilers;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.driver.UnsupportedCompilerException;

final class ToolchainFinderTest {
    @TempDir
    private Path directory;

    @Test
    void givesGccAndGxxOneToolchain() throws Exception {
        Toolchain gcc = RealCompilers.find("gcc").toolchain();
        assertThat(gcc.family()).isEqualTo(ToolchainFamily.GCC);
        assertThat(gcc.host()).isEqualTo(Platform.current());
        for (String name : List.of("g++", "cc", "c++", "cpp", "gcc-" + gcc.version().replaceFirst("\\..*", ""))) {
            assertThat(RealCompilers.find(name).toolchain()).as(name).isEqualTo(gcc);
        }
    }

    @Test
    void givesClangAndClangxxOneToolchain() throws Exception {
        Toolchain clang = RealCompilers.find("clang").toolchain();
        assertThat(clang.family()).isEqualTo(ToolchainFamily.CLANG);
        assertThat(RealCompilers.find("clang++").toolchain()).isEqualTo(clang);
    }

    @Test
    void takesInTheProgramsBehindGccButNotTheSystemsDefaultNames() throws Exception {
        FoundToolchain found = RealCompilers.find("cc");
        List<String> names = found.toolchain().entries().stream()
                .filter(entry -> !(entry instanceof ToolchainEntry.DirectoryEntry))
                .map(entry -> entry.path().replaceFirst(".*/", "")).toList();
        assertThat(names).contains("cc1", "cc1plus", "as", "libc.so.6", "liblto_plugin.so").doesNotContain("cc", "gcc",
                "alternatives", "ld");
        assertThat(found.programs()).containsKey("as");
        assertThat(found.drivers()).contains(RealCompilers.installed("gcc").toRealPath(),
                RealCompilers.installed("g++").toRealPath());
    }

    /** An assembler that appears there is found first. */
    @Test
    void remembersWhereGccLooksBeforeItFindsItsAssembler() throws Exception {
        FoundToolchain found = RealCompilers.find("gcc");
        Path cc1 = found.stamps().keySet().stream().filter(path -> path.endsWith("cc1")).findFirst().orElseThrow();
        assertThat(found.absent()).contains(cc1.resolveSibling("as"));
    }

    @Test
    void knowsWhenTheLastOfItsFilesWasChanged() throws Exception {
        Path driver = RealCompilers.installed("gcc").toRealPath();
        assertThat(RealCompilers.find("gcc").lastChange())
                .isAfterOrEqualTo(Files.getLastModifiedTime(driver).toInstant());
    }

    @Test
    void keepsLinksAsTheyStandOnTheMachine() throws Exception {
        for (ToolchainEntry entry : RealCompilers.find("clang").toolchain().entries()) {
            Path path = Path.of("/", entry.path());
            if (entry instanceof ToolchainEntry.LinkEntry link && Files.isSymbolicLink(path)) {
                assertThat(link.target()).isEqualTo(Files.readSymbolicLink(path).toString());
            }
        }
    }

    @Test
    void takesInWhatClangProbesForToFindTheStandardLibrary() throws Exception {
        RealCompilers.installed("g++");
        assertThat(RealCompilers.find("clang").toolchain().entries()).map(ToolchainEntry::path)
                .anyMatch(path -> path.endsWith("/crtbegin.o")).anyMatch(path -> path.endsWith("/include/stddef.h"))
                .anyMatch(path -> path.matches("usr/include/c\\+\\+/[0-9]+"));
    }

    @Test
    void refusesAScriptWithTheReason() throws IOException {
        Path script = Files.writeString(directory.resolve("gcc"), "#!/bin/sh\nexec /usr/bin/gcc \"$@\"\n");
        assertThatThrownBy(() -> new ToolchainFinder(RealCompilers.COMMANDS).find(script))
                .isInstanceOf(UnsupportedCompilerException.class).hasMessageContaining("script");
    }

    @Test
    void refusesAProgramThatIsNoCompiler() {
        assertThatThrownBy(() -> new ToolchainFinder(RealCompilers.COMMANDS).find(Path.of("/bin/true")))
                .isInstanceOf(UnsupportedCompilerException.class).hasMessageContaining("gcc");
    }
}
