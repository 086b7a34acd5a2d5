package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;

import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.archive.IceccEnvironmentReaderTest.Piece;

/** Archives as peers and other systems may make them. */
final class ArchiveFuzzTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(1000, 8 << 20, 1 << 20);

    @TempDir
    static Path directory = Path.of("/");

    @MethodSource("toolchains")
    @FuzzTest
    void unpacksAToolchainOrRefuses(byte[] tar) throws IOException {
        Path tree = directory.resolve("tree");
        Path archive = Files.write(directory.resolve("toolchain"), Zstd.compress(tar, 1));
        try {
            assertThat(ToolchainUnpacker.unpack(archive, ToolchainUnpackerTest.TOOLCHAIN.id(), tree, LIMITS))
                    .isEqualTo(ToolchainUnpackerTest.TOOLCHAIN);
            assertThat(new UnpackedToolchain(ToolchainUnpackerTest.TOOLCHAIN, tree).damage()).isEmpty();
        } catch (IOException _) {
            assertThat(Files.exists(tree, LinkOption.NOFOLLOW_LINKS)).isFalse();
        } finally {
            UnpackedToolchain.delete(tree);
        }
    }

    @MethodSource("frames")
    @FuzzTest
    void decompressesAToolchainOrRefuses(byte[] frame) throws IOException {
        Path tree = directory.resolve("tree");
        Path archive = Files.write(directory.resolve("toolchain"), frame);
        try {
            assertThat(ToolchainUnpacker.unpack(archive, ToolchainUnpackerTest.TOOLCHAIN.id(), tree, LIMITS))
                    .isEqualTo(ToolchainUnpackerTest.TOOLCHAIN);
        } catch (IOException _) {
            assertThat(Files.exists(tree, LinkOption.NOFOLLOW_LINKS)).isFalse();
        } finally {
            UnpackedToolchain.delete(tree);
        }
    }

    @MethodSource("environments")
    @FuzzTest
    void readsAnEnvironmentOrRefuses(byte[] bytes) throws IOException {
        Path archive = Files.write(directory.resolve("environment"), bytes);
        Path contents = Files.createDirectory(directory.resolve("contents"));
        try {
            List<ToolchainEntry> entries = IceccEnvironmentReader.read(archive, contents, LIMITS);
            assertThat(entries.size()).isLessThanOrEqualTo(100 * LIMITS.maxEntries());
            for (ToolchainEntry entry : entries) {
                if (entry instanceof ToolchainEntry.FileEntry file) {
                    assertThat(contents.resolve(file.digest().hex())).hasSize(file.digest().size());
                }
            }
        } catch (InvalidArchiveException _) {
            // it is none
        } finally {
            UnpackedToolchain.delete(contents);
        }
    }

    static Stream<byte[]> toolchains() throws IOException {
        return Stream.of(ToolchainUnpackerTest.tar(ToolchainUnpackerTest.pieces()));
    }

    static Stream<byte[]> frames() throws IOException {
        return toolchains().map(tar -> Zstd.compress(tar, 3));
    }

    static Stream<byte[]> environments() throws IOException {
        List<Piece> pieces = List.of(IceccEnvironmentReaderTest.directory("./etc/"),
                IceccEnvironmentReaderTest.file("./usr/bin/gcc", 0755, "the compiler".getBytes(UTF_8)),
                IceccEnvironmentReaderTest.link("usr/bin/cc", TarConstants.LF_SYMLINK, "gcc"),
                IceccEnvironmentReaderTest.link("usr/bin/g++", TarConstants.LF_LINK, "./usr/bin/gcc"),
                IceccEnvironmentReaderTest.file("usr/" + "long".repeat(40), 0644, new byte[0]));
        byte[] tar = IceccEnvironmentReaderTest.tar(pieces);
        return Stream.of(tar, IceccEnvironmentReaderTest.gzip(tar), IceccEnvironmentReaderTest.xz(tar),
                IceccEnvironmentReaderTest.bzip2(tar),
                Zstd.compress(tar));
    }
}
