package dev.floe.toolchain.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.toolchain.files.FileAccess;

final class SharedLibraryResolverTest {
    private static final ElfImages IMAGES = ElfImages.ofX8664();

    @TempDir
    private Path root;

    private final Set<Path> absent = new HashSet<>();

    @Test
    void findsLibrariesOfLibrariesInTheSystemsDirectories() throws IOException {
        library("lib/libc.so.6");
        library("lib/libm.so.6", "libc.so.6");
        assertThat(search(program("bin/cc1", "", "", "libm.so.6", "libc.so.6"))).containsExactly(
                new SharedLibraryResolver.Library("libm.so.6", root.resolve("lib/libm.so.6"), true),
                new SharedLibraryResolver.Library("libc.so.6", root.resolve("lib/libc.so.6"), true));
    }

    @Test
    void prefersRunpathRelativeToTheFileThatHasIt() throws IOException {
        library("lib/libLLVM.so");
        library("opt/llvm/lib/libLLVM.so");
        assertThat(search(program("opt/llvm/bin/clang", "", "$ORIGIN/../lib", "libLLVM.so"))).containsExactly(
                new SharedLibraryResolver.Library("libLLVM.so", root.resolve("opt/llvm/bin/../lib/libLLVM.so"), false));
    }

    @Test
    void handsRpathButNotRunpathOnToLibraries() throws IOException {
        library("opt/lib/liba.so", "libb.so");
        library("opt/lib/libb.so");
        library("lib/libb.so");
        assertThat(search(program("bin/x", root + "/opt/lib", "", "liba.so"))).map(SharedLibraryResolver.Library::path)
                .containsExactly(root.resolve("opt/lib/liba.so"), root.resolve("opt/lib/libb.so"));
        assertThat(search(program("bin/y", "", root + "/opt/lib", "liba.so"))).map(SharedLibraryResolver.Library::path)
                .containsExactly(root.resolve("opt/lib/liba.so"), root.resolve("lib/libb.so"));
    }

    @Test
    void passesOverALibraryForAnotherMachine() throws IOException {
        write("conf/libc.so.6", new ElfImages(32, ByteOrder.LITTLE_ENDIAN, 3).image("", List.of(), "", ""));
        library("lib/libc.so.6");
        assertThat(search(program("bin/x", "", "", "libc.so.6"))).map(SharedLibraryResolver.Library::path)
                .containsExactly(root.resolve("lib/libc.so.6"));
    }

    @Test
    void remembersWhereNothingWas() throws IOException {
        library("lib/libc.so.6");
        search(program("bin/x", "", "", "libc.so.6"));
        assertThat(absent).containsExactly(root.resolve("conf/libc.so.6"));
    }

    @Test
    void saysWhoNeedsWhatIsMissing() throws IOException {
        Path program = program("bin/x", "", "", "libgone.so.1");
        assertThatThrownBy(() -> search(program)).isInstanceOf(MissingLibraryException.class)
                .hasMessageContaining("libgone.so.1").hasMessageContaining(program.toString());
    }

    @Test
    void readsTheConfigurationWithItsIncludes() throws IOException {
        Files.createDirectories(root.resolve("etc/ld.so.conf.d"));
        Path configuration = Files.writeString(root.resolve("etc/ld.so.conf"),
                "# first\ninclude ld.so.conf.d/*.conf\n/opt/last # why\ninclude ld.so.conf\n");
        Files.writeString(root.resolve("etc/ld.so.conf.d/b.conf"), "/opt/b\n");
        Files.writeString(root.resolve("etc/ld.so.conf.d/a.conf"), "/opt/a=libc6\n\nhwcap 0 nosegneg\n");
        DynamicLinkerPath read = DynamicLinkerPath.read(FileAccess.LOCAL, configuration, List.of());
        assertThat(read.directories()).containsExactly(Path.of("/opt/a"), Path.of("/opt/b"), Path.of("/opt/last"));
        assertThat(read.sources()).contains(configuration, root.resolve("etc/ld.so.conf.d"),
                root.resolve("etc/ld.so.conf.d/a.conf"));
    }

    private List<SharedLibraryResolver.Library> search(Path program) throws IOException {
        DynamicLinkerPath system = new DynamicLinkerPath(List.of(root.resolve("conf"), root.resolve("lib")), List.of());
        return new SharedLibraryResolver(FileAccess.LOCAL, path -> {
            boolean there = Files.isRegularFile(path);
            if (!there) {
                absent.add(path);
            }
            return there;
        }, system).of(program, ElfFile.read(program).orElseThrow());
    }

    private Path program(String path, String rpath, String runpath, String... needed) throws IOException {
        return write(path, IMAGES.image("/lib64/ld.so", List.of(needed), rpath, runpath));
    }

    private void library(String path, String... needed) throws IOException {
        write(path, IMAGES.image("", List.of(needed), "", ""));
    }

    private Path write(String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolve("..").normalize());
        return Files.write(file, bytes);
    }
}
