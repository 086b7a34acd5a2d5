package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.observation.ObserverLibrary;

final class RunnerInstallerTest {
    @TempDir
    private Path directory;

    @Test
    void copiesTheRunnerAndTheLibrariesOfAnInstallation() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path wrapper = Files.createDirectories(directory.resolve("prefix/bin")).resolve("floe-cc");
        Path observers = Files.createDirectories(directory.resolve("prefix/lib/floe/observer"));
        Path library = observers.resolve(ObserverLibrary.ARM.fileName());
        Files.writeString(wrapper, "runner");
        Files.writeString(library, "library");
        assertThat(RunnerInstaller.in(data, wrapper)).hasContent("runner");
        assertThat(data.resolve(ObserverLibrary.ARM.fileName())).hasContent("library");
        assertThat(data.resolve(ObserverLibrary.X86_64.fileName())).doesNotExist();

        Files.writeString(wrapper, "another");
        Files.delete(library);
        Files.writeString(observers.resolve(ObserverLibrary.X86_64.fileName()), "new");
        assertThat(RunnerInstaller.in(data, wrapper)).hasContent("another");
        assertThat(data.resolve(ObserverLibrary.ARM.fileName())).doesNotExist();
        assertThat(data.resolve(ObserverLibrary.X86_64.fileName())).hasContent("new");
    }
}
