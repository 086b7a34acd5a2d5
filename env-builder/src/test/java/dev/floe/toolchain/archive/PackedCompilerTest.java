package dev.floe.toolchain.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.RealCompilers;
import dev.floe.toolchain.driver.UnsupportedCompilerException;

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

    @TempDir
    private static Path shared = Path.of("");

    /** What an earlier test has packed and unpacked, by compiler. */
    private static final Map<String, PackedToolchain> ARCHIVES = new HashMap<>();
    private static final Map<String, UnpackedToolchain> TREES = new HashMap<>();
    private static final List<String> HEADERS = new ArrayList<>(List.of("/usr/include", "/usr/local/include"));

    @TempDir
    private Path work;

    @BeforeAll
    static void findHeaders() throws IOException {
        HEADERS.add(RealCompilers.COMMANDS
                .run(List.of(RealCompilers.installed("gcc").toString(), "-print-file-name=include")).output().strip());
        HEADERS.removeIf(headers -> !Files.isDirectory(Path.of(headers)));
    }

    @AfterAll
    static void removeTrees() throws IOException {
        for (UnpackedToolchain tree : TREES.values()) {
            TreeDeleter.delete(tree.directory());
        }
        TREES.clear();
        ARCHIVES.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void givesTheSameBytesEachTime(String compiler) throws Exception {
        PackedToolchain first = archive(compiler);
        PackedToolchain second = ToolchainPacker.pack(RealCompilers.find(compiler), work.resolve("second"));
        assertThat(first.toolchain().id()).isEqualTo(second.toolchain().id());
        assertThat(first.chunks()).isEqualTo(second.chunks());
        assertThat(first.file()).hasSameBinaryContentAs(second.file());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void comesOutAsItWentIn(String compiler) throws Exception {
        UnpackedToolchain tree = tree(compiler);
        assertThat(tree.damage()).isEmpty();
        assertThat(tree.toolchain()).isEqualTo(RealCompilers.find(compiler).toolchain());
        assertThat(UnpackedToolchain.open(tree.directory(), tree.toolchain().id())).isEqualTo(tree);
    }

    @ParameterizedTest
    @CsvSource({"gcc,-O2", "gcc,-O1 -g -gsplit-dwarf", "gcc,-O2 -flto -frandom-seed=1", "gcc,-O0 -save-temps",
            "g++,-O2 -g", "g++,-O1 -pipe", "clang,-O2 -g", "clang,-O1 -fno-integrated-as", "clang++,-O2",
            "clang++,-O1 -fsanitize=address"})
    void compilesAsThePlainCompilerDoes(String compiler, String options) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
        boolean cxx = compiler.endsWith("++");
        Path source = Files.writeString(work.resolve(cxx ? "x.cc" : "x.c"), cxx ? CXX : C);
        List<String> command = new ArrayList<>(List.of(driver(compiler).toString()));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-c", source.toString(), "-o", work.resolve("x.o").toString()));

        List<String> plain = new ArrayList<>(List.of("/usr/bin/env", "-C", work.toString()));
        plain.addAll(command);
        RealCompilers.run(plain);
        byte[] expected = Files.readAllBytes(work.resolve("x.o"));
        Files.delete(work.resolve("x.o"));
        RealCompilers.run(inSandbox(tree(compiler.replace("++", "").replaceFirst("^g$", "gcc")).directory(), command));
        assertThat(work.resolve("x.o")).hasBinaryContent(expected);
    }

    /** Where the job's own trail of links ends; clang++ is a link of the toolchain. */
    private static Path driver(String compiler) throws IOException {
        Path real = RealCompilers.installed(compiler).toRealPath();
        return compiler.equals("clang++") ? real.resolveSibling("clang++") : real;
    }

    private static PackedToolchain archive(String compiler) throws IOException, UnsupportedCompilerException {
        PackedToolchain archive = ARCHIVES.get(compiler);
        if (archive == null) {
            archive = ToolchainPacker.pack(RealCompilers.find(compiler), shared.resolve(compiler + ".tar.zst"));
            ARCHIVES.put(compiler, archive);
        }
        return archive;
    }

    private static UnpackedToolchain tree(String compiler) throws IOException, UnsupportedCompilerException {
        UnpackedToolchain tree = TREES.get(compiler);
        if (tree == null) {
            PackedToolchain packed = archive(compiler);
            Path directory = shared.resolve(compiler);
            tree = new UnpackedToolchain(
                    ToolchainUnpacker.unpack(packed.file(), packed.toolchain().id(), directory, ArchiveLimits.USUAL),
                    directory);
            TREES.put(compiler, tree);
        }
        return tree;
    }

    private List<String> inSandbox(Path tree, List<String> command) throws IOException {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/bwrap", "--unshare-user", "--unshare-all"));
        bindBelow(tree, Path.of("/"), argv);
        for (String headers : HEADERS) {
            argv.addAll(List.of("--ro-bind", headers, headers));
        }
        argv.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", work.toString(),
                work.toString(), "--chdir", work.toString(), "--"));
        argv.addAll(command);
        return argv;
    }

    /** Binds a tree whole, but for directories in which headers must find a place. */
    private static void bindBelow(Path from, Path to, List<String> argv) throws IOException {
        for (Path child : children(from)) {
            Path place = to.resolve(child.getFileName());
            if (Files.isSymbolicLink(child)) {
                argv.addAll(List.of("--symlink", Files.readSymbolicLink(child).toString(), place.toString()));
            } else if (HEADERS.stream().anyMatch(headers -> headers.startsWith(place + "/"))) {
                argv.addAll(List.of("--dir", place.toString()));
                bindBelow(child, place, argv);
            } else if (!HEADERS.contains(place.toString())) {
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
