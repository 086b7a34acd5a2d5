package dev.floe.toolchain.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.toolchain.RealCompilers;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.find.Found;

/** Real compilers, packed, unpacked, and run where nothing else of this machine is but headers. */
final class PackedCompilerTest {
    private static final String C = """
            #include <stdio.h>
            #include <stdatomic.h>
            int twice(int x) { atomic_int y = x; printf("%d\\n", y); return y + x; }
            """;
    private static final String CXX = """
            #include <algorithm>
            #include <iostream>
            #include <string>
            #include <vector>
            std::string joined(std::vector<std::string> names) {
                std::sort(names.begin(), names.end());
                std::string all;
                for (const auto &name : names) { all += name; std::cout << name; }
                return all;
            }
            """;
    private static final List<String> HEADERS = List.of("/usr/include", "/usr/lib/gcc/x86_64-linux-gnu/12/include",
            "/usr/local/include");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void givesTheSameBytesEachTime(String compiler) throws Exception {
        Found found = RealCompilers.find(compiler);
        PackedToolchain first = ToolchainPacker.pack(found, directory.resolve("first"));
        PackedToolchain second = ToolchainPacker.pack(RealCompilers.find(compiler), directory.resolve("second"));
        assertThat(first.toolchain().id()).isEqualTo(second.toolchain().id());
        assertThat(first.file()).hasSameBinaryContentAs(second.file());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void comesOutAsItWentIn(String compiler) throws Exception {
        Path tree = directory.resolve("tree");
        Toolchain toolchain = unpack(RealCompilers.find(compiler), tree);
        UnpackedToolchain unpacked = UnpackedToolchain.open(tree, toolchain.id());
        assertThat(unpacked.toolchain()).isEqualTo(toolchain);
        assertThat(unpacked.damage()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gcc,-O2", "g++,-O2 -g", "clang,-O2 -g", "clang++,-O2", "gcc,-O1 -gsplit-dwarf", "gcc,-O2 -flto",
            "clang,-O1 -fno-integrated-as", "clang++,-O1 -fsanitize=address", "g++,-O1 -save-temps -pipe"})
    void compilesAsThePlainCompilerDoes(String compiler, String options) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
        Found found = RealCompilers.find(compiler);
        Path tree = directory.resolve("tree");
        unpack(found, tree);

        Path work = Files.createDirectory(directory.resolve("work"));
        Path source = work.resolve(compiler.endsWith("++") ? "x.cc" : "x.c");
        Files.writeString(source, compiler.endsWith("++") ? CXX : C);
        List<String> command = new ArrayList<>(List.of(driver(compiler).toString()));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-c", source.toString(), "-o", work.resolve("x.o").toString()));

        RealCompilers.run(inDirectory(work, command));
        byte[] plain = Files.readAllBytes(work.resolve("x.o"));
        Files.delete(work.resolve("x.o"));
        RealCompilers.run(inSandbox(tree, work, command));
        assertThat(Files.readAllBytes(work.resolve("x.o"))).isEqualTo(plain);
    }

    /** The path that the job's own trail of links ends at, but for clang++, which is a link of the toolchain. */
    private static Path driver(String compiler) throws IOException {
        Path real = RealCompilers.installed(compiler).toRealPath();
        return compiler.equals("clang++") ? real.resolveSibling("clang++") : real;
    }

    private Toolchain unpack(Found found, Path tree) throws IOException {
        PackedToolchain packed = ToolchainPacker.pack(found, directory.resolve("toolchain.tar.zst"));
        return ToolchainUnpacker.unpack(packed.file(), packed.toolchain().id(), tree, Limits.USUAL);
    }

    private static List<String> inDirectory(Path work, List<String> command) {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/env", "-C", work.toString()));
        argv.addAll(command);
        return argv;
    }

    private static List<String> inSandbox(Path tree, Path work, List<String> command) throws IOException {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/bwrap", "--unshare-user", "--unshare-all"));
        for (Path top : children(tree)) {
            if (Files.isSymbolicLink(top)) {
                argv.addAll(List.of("--symlink", Files.readSymbolicLink(top).toString(), "/" + top.getFileName()));
            } else if (Files.isDirectory(top)) {
                bindBelow(top, Path.of("/" + top.getFileName()), argv);
            }
        }
        for (String headers : HEADERS) {
            if (Files.isDirectory(Path.of(headers))) {
                argv.addAll(List.of("--ro-bind", headers, headers));
            }
        }
        argv.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", work.toString(),
                work.toString(), "--chdir", work.toString(), "--"));
        argv.addAll(command);
        return argv;
    }

    private static void bindBelow(Path from, Path to, List<String> argv) throws IOException {
        argv.addAll(List.of("--dir", to.toString()));
        for (Path child : children(from)) {
            Path place = to.resolve(child.getFileName());
            if (HEADERS.contains(place.toString())) {
                continue;
            }
            if (Files.isSymbolicLink(child)) {
                argv.addAll(List.of("--symlink", Files.readSymbolicLink(child).toString(), place.toString()));
            } else if (Files.isDirectory(child) && HEADERS.stream().anyMatch(h -> h.startsWith(place + "/"))) {
                bindBelow(child, place, argv);
            } else {
                argv.addAll(List.of("--ro-bind", child.toString(), place.toString()));
            }
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            names.forEach(children::add);
        }
        return children;
    }
}
