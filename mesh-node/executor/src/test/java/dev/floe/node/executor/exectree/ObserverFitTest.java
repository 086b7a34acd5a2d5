package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.toolchain.elf.ElfFile;

final class ObserverFitTest {
    private static final Set<ObserverLibrary> ALL = EnumSet.allOf(ObserverLibrary.class);

    @Test
    void aStaticProgramIsNotObserved() throws IOException {
        ElfFile wrapper = ElfFile.read(Path.of(System.getProperty("floe.cc"))).orElseThrow();
        assertThat(ObserverFit.obstacle("/usr/bin/gcc", wrapper, ALL))
                .contains("no observer for static programs such as /usr/bin/gcc");
    }

    @Test
    void aProgramIsObservedIfThereIsALibraryForItsProcessor() throws IOException {
        ElfFile shell = ElfFile.read(Path.of("/bin/sh")).orElseThrow();
        assertThat(ObserverFit.obstacle("/bin/sh", shell, ALL)).isEmpty();
        assertThat(ObserverFit.obstacle("/bin/sh", shell, Set.of()).orElseThrow())
                .startsWith("no observer for " + shell.platform().processor());
    }
}
