package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import com.github.luben.zstd.Zstd;

import dev.floe.store.Digest;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;

final class IceccEnvironmentReaderTest {
    private static final int DAMAGES = Boolean.getBoolean("floe.test.thorough") ? 3000 : 300;
    /** An entry as anybody may write it. */
    record Piece(TarArchiveEntry header, byte[] bytes) {}

    private static final byte[] GCC = "the compiler".getBytes(UTF_8);
    private static final Digest DIGEST = Digest.ofBytes(GCC);

    @TempDir
    private Path directory;
    private Path contents;

    @BeforeEach
    void makeRoom() throws IOException {
        contents = Files.createDirectory(directory.resolve("contents"));
    }

    @Test
    void readsFilesLinksAndDirectoriesUnderAnySpelling() throws IOException {
        List<ToolchainEntry> entries = read(List.of(directory("./"), directory("./etc/"),
                file("./usr/bin/gcc", 0100711, GCC),
                link("usr/bin/cc", TarConstants.LF_SYMLINK, "gcc"),
                link("usr/bin/g++", TarConstants.LF_LINK, "./usr/bin/gcc"), file("etc/ld.so.conf", 0600, new byte[0])));

        assertThat(entries).containsExactly(new ToolchainEntry.DirectoryEntry("etc"),
                new ToolchainEntry.FileEntry("etc/ld.so.conf", 0644, Digest.ofBytes(new byte[0])),
                new ToolchainEntry.DirectoryEntry("usr"), new ToolchainEntry.DirectoryEntry("usr/bin"),
                new ToolchainEntry.LinkEntry("usr/bin/cc", "gcc"),
                new ToolchainEntry.FileEntry("usr/bin/g++", 0755, DIGEST),
                new ToolchainEntry.FileEntry("usr/bin/gcc", 0755, DIGEST));
        assertThat(contents.resolve(DIGEST.hex())).hasBinaryContent(GCC);
    }

    @Test
    void knowsCompressionsByTheirFirstBytes() throws IOException {
        byte[] tar = tar(List.of(file("usr/bin/gcc", 0755, GCC)));
        for (byte[] packed : List.of(tar, gzip(tar), xz(tar), Zstd.compress(tar), bzip2(tar))) {
            assertThat(read(packed)).contains(new ToolchainEntry.FileEntry("usr/bin/gcc", 0755, DIGEST));
        }
    }

    @Test
    void refusesWhatIsNoArchive() throws IOException {
        byte[] text = "int main(void) { return 0; }\n".repeat(100).getBytes(UTF_8);
        for (byte[] bytes : List.of(new byte[0], text, gzip(text), xz(text), Zstd.compress(text), bzip2(text))) {
            assertRefused(bytes, "it is no tar archive");
        }
    }

    @Test
    void refusesAnArchiveThatIsCutOffAnywhere() throws IOException {
        byte[] noise = new byte[200_000];
        new Random(7).nextBytes(noise);
        byte[] tar = tar(List.of(file("usr/bin/gcc", 0755, noise)));
        for (byte[] packed : List.of(gzip(tar), xz(tar), Zstd.compress(tar), bzip2(tar))) {
            for (int length : List.of(packed.length / 2, packed.length - 9, packed.length - 1)) {
                assertThatThrownBy(() -> read(Arrays.copyOf(packed, length)))
                        .isInstanceOf(InvalidArchiveException.class).hasMessageContaining("cut off");
            }
        }
        assertRefused(Arrays.copyOf(tar, 100_000), "cut off");
    }

    @Test
    void refusesDevicesPipesAndHardLinksToNothing() throws IOException {
        for (byte kind : new byte[]{TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
            assertRefused(tar(List.of(link("dev/null", kind, ""))), "dev/null is a device, a pipe or the like");
        }
        assertRefused(tar(List.of(link("usr/bin/gcc", TarConstants.LF_LINK, "/etc/passwd"))),
                "which is no file before it");
    }

    @Test
    void refusesAPathThatComesTwiceUnlessItIsTheSame() throws IOException {
        assertRefused(tar(List.of(link("usr/bin", TarConstants.LF_SYMLINK, "/etc"), file("usr/bin/gcc", 0755, GCC),
                directory("usr/bin/"))), "usr/bin comes twice");
        assertThat(read(List.of(directory("usr/"), directory("usr/")))).hasSize(1);
    }

    @Test
    void leavesItToTheToolchainToRefuseTreesThatLeaveTheRootAndWritesNothingThere() throws IOException {
        for (Piece evil : List.of(file("../escaped", 0644, GCC), file("/escaped", 0644, GCC),
                file("a/../../escaped", 0644, GCC), file("a//escaped", 0644, GCC),
                link("out", TarConstants.LF_SYMLINK, "../../escaped"), link("out", TarConstants.LF_SYMLINK, "/escaped"),
                file("ctrl\u0001", 0644, GCC))) {
            List<ToolchainEntry> entries = read(List.of(evil));
            assertThatThrownBy(
                    () -> Toolchain.of(ToolchainFamily.GCC, "1", Platform.parse("x86_64-linux"), "unknown", entries))
                    .as(evil.header().getName()).isInstanceOf(IllegalArgumentException.class);
        }
        List<ToolchainEntry> through = read(List.of(link("lib", TarConstants.LF_SYMLINK, "/etc"),
                file("lib/escaped", 0644, GCC)));
        assertThatThrownBy(
                () -> Toolchain.of(ToolchainFamily.GCC, "1", Platform.parse("x86_64-linux"), "unknown", through))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not a directory");
        assertOnlyContents();
    }

    @Test
    void keepsToItsLimits() throws IOException {
        byte[] tar = tar(List.of(file("a", 0644, GCC), file("b", 0644, GCC), file("c", 0644, GCC)));
        for (ArchiveLimits limits : List.of(new ArchiveLimits(2, 1000, 1000), new ArchiveLimits(100, 30, 1000),
                new ArchiveLimits(100, 1000, 5))) {
            Path archive = Files.write(directory.resolve("archive"), tar);
            assertThatThrownBy(() -> IceccEnvironmentReader.read(archive, contents, limits))
                    .isInstanceOf(InvalidArchiveException.class);
        }
    }

    @Test
    void refusesANameOfAnyLengthBeforeItIsInMemory() throws IOException {
        byte[] name = new byte[16 << 20];
        Arrays.fill(name, (byte) 'x');
        assertRefused(tar(List.of(new Piece(new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME),
                name), file("a", 0644, GCC))), "excessive length");
        assertRefused(tar(List.of(file("d/".repeat(1000) + "a", 0644, GCC))), "a path of");
    }

    @Test
    void meetsAnyDamageWithATreeOrARefusal() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        byte[] tar = tar(List.of(file("usr/bin/gcc", 0755, GCC), link("usr/bin/cc", TarConstants.LF_SYMLINK, "gcc"),
                file("usr/" + "long".repeat(40), 0644, GCC)));
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] bytes = tar.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean()
                        ? random.nextInt()
                        : "0/.x".charAt(random.nextInt(4)));
            }
            byte[] packed = switch (i % 4) {
                case 0 -> gzip(bytes);
                case 1 -> xz(bytes);
                case 2 -> Zstd.compress(bytes, 1);
                default -> bytes;
            };
            if (i % 3 == 0) {
                packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                read(packed);
            } catch (IOException _) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", case " + i, e);
            }
            assertOnlyContents();
        }
        // About a third is refused; how many exactly depends on the seed.
        assertThat(refused).as("seed %d", seed).isGreaterThan(DAMAGES / 5);
    }

    private void assertOnlyContents() {
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("archive", "contents");
    }

    private void assertRefused(byte[] archive, String why) {
        assertThatThrownBy(() -> read(archive)).isInstanceOf(InvalidArchiveException.class).hasMessageContaining(why);
    }

    private List<ToolchainEntry> read(List<Piece> pieces) throws IOException {
        return read(tar(pieces));
    }

    private List<ToolchainEntry> read(byte[] archive) throws IOException {
        return IceccEnvironmentReader.read(Files.write(directory.resolve("archive"), archive), contents,
                ArchiveLimits.USUAL);
    }

    static Piece file(String name, int mode, byte[] bytes) {
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        header.setMode(mode);
        return new Piece(header, bytes);
    }

    static Piece directory(String name) {
        return new Piece(new TarArchiveEntry(name, TarConstants.LF_DIR), new byte[0]);
    }

    static Piece link(String name, byte kind, String target) {
        TarArchiveEntry header = new TarArchiveEntry(name, kind);
        header.setLinkName(target);
        return new Piece(header, new byte[0]);
    }

    static byte[] tar(List<Piece> pieces) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (Piece piece : pieces) {
                piece.header().setSize(piece.bytes().length);
                tar.putArchiveEntry(piece.header());
                tar.write(piece.bytes());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    static byte[] xz(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    static byte[] bzip2(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(bytes, 1)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
