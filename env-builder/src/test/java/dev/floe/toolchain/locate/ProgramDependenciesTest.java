package dev.floe.toolchain.locate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.FileDigestCache;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.elf.DynamicLinkerPath;
import dev.floe.toolchain.elf.ElfImages;
import dev.floe.toolchain.files.FileAccess;

final class ProgramDependenciesTest {
    private static final ElfImages IMAGES = ElfImages.ofX8664();

    @TempDir
    private Path root;

    @Test
    void linksALibraryThatOnlyTheConfigurationNamesBesideTheCLibrary() throws IOException {
        ToolchainTreeBuilder tree = new ToolchainTreeBuilder(FileAccess.LOCAL, new FileDigestCache(10));
        Path program = write("bin/cc1", IMAGES.image("", List.of("libodd.so.1", "libc.so.6"), "", ""));
        write("odd/libodd.so.1", IMAGES.image("", List.of(), "", ""));
        write("lib/libc.so.6", IMAGES.image("", List.of(), "", ""));
        new ProgramDependencies(tree,
                new DynamicLinkerPath(List.of(root.resolve("odd"), root.resolve("lib")), List.of()))
                .add(program);
        assertThat(tree.entries()).contains(
                new ToolchainEntry.LinkEntry(name("lib/libodd.so.1"), root.resolve("odd/libodd.so.1").toString()));
        assertThat(tree.entries()).map(ToolchainEntry::path).contains(name("odd/libodd.so.1"), name("lib/libc.so.6"));
    }

    @Test
    void keepsEveryLinkOnTheWayToALibrary() throws IOException {
        ToolchainTreeBuilder tree = new ToolchainTreeBuilder(FileAccess.LOCAL, new FileDigestCache(10));
        Path program = write("bin/cc1", IMAGES.image("", List.of("libc.so.6"), "", ""));
        write("usr/lib/libc-2.36.so", IMAGES.image("", List.of(), "", ""));
        Files.createSymbolicLink(root.resolve("usr/lib/libc.so.6"), Path.of("libc-2.36.so"));
        Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
        new ProgramDependencies(tree, new DynamicLinkerPath(List.of(root.resolve("lib")), List.of())).add(program);
        assertThat(tree.entries()).contains(new ToolchainEntry.LinkEntry(name("lib"), "usr/lib"),
                new ToolchainEntry.LinkEntry(name("usr/lib/libc.so.6"), "libc-2.36.so"));
        assertThat(tree.stamps()).containsKeys(root.resolve("lib"), root.resolve("usr/lib/libc.so.6"),
                root.resolve("usr/lib/libc-2.36.so"));
    }

    private String name(String path) {
        return root.resolve(path).toString().substring(1);
    }

    private Path write(String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolve("..").normalize());
        return Files.write(file, bytes);
    }
}
