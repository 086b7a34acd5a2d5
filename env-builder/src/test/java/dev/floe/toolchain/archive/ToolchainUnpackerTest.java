package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.github.luben.zstd.Zstd;

import dev.floe.store.Digest;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

@Tag("attack")
final class ToolchainUnpackerTest {
    private static final int DAMAGES = Boolean.getBoolean("floe.test.thorough") ? 3000 : 300;
    /** A tar entry as a peer may write it. */
    record Piece(TarArchiveEntry header, byte[] bytes) {}

    private static final byte[] CC1 = "the compiler".getBytes(UTF_8);
    private static final String LONG_NAME = "usr/" + "long".repeat(30) + "/name";
    static final Toolchain TOOLCHAIN = toolchain();

    @TempDir
    private Path directory;

    @Test
    void unpacksWhatTheManifestSays() throws IOException {
        assertThat(unpack(pieces(), ArchiveLimits.USUAL)).isEqualTo(TOOLCHAIN);
        assertThat(tree().resolve("usr/bin/cc1")).hasBinaryContent(CC1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tree().resolve("usr/bin/cc1"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(tree().resolve("bin"))).isEqualTo(Path.of("usr/bin"));
        assertThat(tree().resolve(LONG_NAME)).hasBinaryContent(CC1);
        UnpackedToolchain unpacked = UnpackedToolchain.open(tree(), TOOLCHAIN.id());
        assertThat(unpacked.damage()).isEmpty();
    }

    @Test
    void findsDamageToTheTree() throws IOException {
        unpack(pieces(), ArchiveLimits.USUAL);
        Files.writeString(tree().resolve("usr/bin/cc1"), "the comqiler");
        Files.delete(tree().resolve("bin"));
        assertThat(UnpackedToolchain.open(tree(), TOOLCHAIN.id()).damage()).hasSize(2);
        assertThatThrownBy(() -> UnpackedToolchain.open(tree(), new ToolchainId("0".repeat(64))))
                .hasMessageContaining("expected");
    }

    @Test
    void refusesADirectoryThatExists() throws IOException {
        Files.createDirectory(tree());
        assertThatThrownBy(() -> unpack(pieces(), ArchiveLimits.USUAL)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void refusesAnotherToolchainThanTheOneExpected() throws IOException {
        Path archive = write(pieces());
        ToolchainId other = new ToolchainId("0".repeat(64));
        assertThatThrownBy(() -> ToolchainUnpacker.unpack(archive, other, tree(), ArchiveLimits.USUAL))
                .isInstanceOf(InvalidArchiveException.class).hasMessageContaining(other.hex());
        assertNothingIsLeft();
    }

    @Test
    void refusesOtherBytesUnderARightHeader() throws IOException {
        assertRefused(with(4, piece -> piece.bytes()[0] ^= 1), "bytes of usr/bin/cc1");
    }

    @Test
    void refusesWhatTheManifestDoesNotList() throws IOException {
        List<Piece> pieces = pieces();
        pieces.add(new Piece(new TarArchiveEntry("../../escaped"), new byte[0]));
        assertRefused(pieces, "more than its manifest");
        assertThat(directory.resolve("escaped")).doesNotExist();
    }

    @Test
    void refusesAnEntryThatComesTwice() throws IOException {
        List<Piece> pieces = pieces();
        pieces.add(5, pieces.get(4));
        assertRefused(pieces, "not what the manifest says");
    }

    @Test
    void refusesAnArchiveThatEndsTooSoon() throws IOException {
        assertRefused(pieces().subList(0, 4), "ends before");
    }

    @Test
    void refusesDevicesPipesHardLinksAndSetuid() throws IOException {
        for (byte kind : new byte[]{TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO,
                TarConstants.LF_LINK,
                TarConstants.LF_SYMLINK, TarConstants.LF_DIR}) {
            List<Piece> pieces = pieces();
            TarArchiveEntry header = new TarArchiveEntry("usr/bin/cc1", kind);
            header.setLinkName("/etc/passwd");
            pieces.set(4, new Piece(header, new byte[0]));
            assertRefused(pieces, "usr/bin/cc1");
        }
        assertRefused(with(4, piece -> piece.header().setMode(04755)), "usr/bin/cc1");
    }

    @Test
    void refusesALinkWithAnotherTarget() throws IOException {
        assertRefused(with(1, piece -> piece.header().setLinkName("/etc")), "bin");
    }

    @Test
    void refusesAManifestOfATreeThatLeavesItsRootEvenUnderItsOwnId() throws IOException {
        String evil = TOOLCHAIN.manifest().replace("bin\tusr/bin", "bin\t../../x");
        List<Piece> pieces = pieces();
        pieces.set(0, piece(ToolchainPacker.MANIFEST, 0644, evil.getBytes(UTF_8)));
        Path archive = write(pieces);
        ToolchainId id = new ToolchainId(Digest.ofBytes(evil.getBytes(UTF_8)).hex());
        assertThatThrownBy(() -> ToolchainUnpacker.unpack(archive, id, tree(), ArchiveLimits.USUAL))
                .isInstanceOf(InvalidArchiveException.class).hasMessageContaining("leads out");
        assertNothingIsLeft();
    }

    @Test
    void keepsToItsLimits() throws IOException {
        for (ArchiveLimits limits : List.of(new ArchiveLimits(3, 1000, 1000), new ArchiveLimits(100, 20, 1000),
                new ArchiveLimits(100, 1000, 5))) {
            Path archive = write(pieces());
            assertThatThrownBy(() -> ToolchainUnpacker.unpack(archive, TOOLCHAIN.id(), tree(), limits))
                    .isInstanceOf(InvalidArchiveException.class);
            assertNothingIsLeft();
        }
    }

    @Test
    void refusesANameOfAnyLengthBeforeItIsInMemory() throws IOException {
        List<Piece> pieces = pieces();
        byte[] name = new byte[16 << 20];
        Arrays.fill(name, (byte) 'x');
        pieces.add(1, new Piece(new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME), name));
        assertRefused(pieces, "more than its manifest");
    }

    @Test
    void meetsAnyDamageWithTheSameTreeOrARefusal() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        byte[] tar = tar(pieces());
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] bytes = tar.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean()
                        ? random.nextInt()
                        : "0/.x".charAt(
                                random.nextInt(4)));
            }
            byte[] packed = Zstd.compress(bytes, 1);
            if (i % 3 == 0) {
                packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path archive = Files.write(directory.resolve("archive"), packed);
            try {
                Toolchain unpacked = ToolchainUnpacker.unpack(archive, TOOLCHAIN.id(), tree(), ArchiveLimits.USUAL);
                assertThat(new UnpackedToolchain(unpacked, tree()).damage()).as("seed %d", seed).isEmpty();
                TreeDeleter.delete(tree());
            } catch (IOException _) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", case " + i, e);
            }
            assertNothingIsLeft();
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(DAMAGES * 3 / 10);
    }

    private void assertRefused(List<Piece> pieces, String why) throws IOException {
        assertThatThrownBy(() -> unpack(pieces, ArchiveLimits.USUAL)).isInstanceOf(InvalidArchiveException.class)
                .hasMessageContaining(why);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(directory.toFile().list()).containsExactly("archive");
    }

    private Path tree() {
        return directory.resolve("tree");
    }

    private Toolchain unpack(List<Piece> pieces, ArchiveLimits limits) throws IOException {
        return ToolchainUnpacker.unpack(write(pieces), TOOLCHAIN.id(), tree(), limits);
    }

    private Path write(List<Piece> pieces) throws IOException {
        return Files.write(directory.resolve("archive"), Zstd.compress(tar(pieces), 3));
    }

    private static List<Piece> with(int index, Consumer<Piece> change) {
        List<Piece> pieces = pieces();
        change.accept(pieces.get(index));
        return pieces;
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

    static List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(piece(ToolchainPacker.MANIFEST, 0644, TOOLCHAIN.manifest().getBytes(UTF_8)));
        for (ToolchainEntry entry : TOOLCHAIN.entries()) {
            pieces.add(switch (entry) {
                case ToolchainEntry.DirectoryEntry dir -> piece(dir.path() + "/", 0755, new byte[0]);
                case ToolchainEntry.FileEntry file -> piece(file.path(), file.mode(), CC1.clone());
                case ToolchainEntry.LinkEntry link -> {
                    TarArchiveEntry header = new TarArchiveEntry(link.path(), TarConstants.LF_SYMLINK);
                    header.setLinkName(link.target());
                    yield new Piece(header, new byte[0]);
                }
            });
        }
        return pieces;
    }

    private static Piece piece(String name, int mode, byte[] bytes) {
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setMode(mode);
        return new Piece(header, bytes);
    }

    /** Entries in order: bin, usr, usr/bin, usr/bin/cc1, and a long path. */
    private static Toolchain toolchain() {
        Digest digest = Digest.ofBytes(CC1);
        Map<String, ToolchainEntry> entries = new TreeMap<>();
        entries.put("bin", new ToolchainEntry.LinkEntry("bin", "usr/bin"));
        entries.put("usr/bin/cc1", new ToolchainEntry.FileEntry("usr/bin/cc1", 0755, digest));
        entries.put(LONG_NAME, new ToolchainEntry.FileEntry(LONG_NAME, 0644, digest));
        for (String path : List.of("usr/bin/cc1", LONG_NAME)) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                String parent = path.substring(0, slash);
                entries.put(parent, new ToolchainEntry.DirectoryEntry(parent));
            }
        }
        return Toolchain.of(ToolchainFamily.GCC, "12.2.0", new Platform("x86_64", "linux"), "x86_64-linux-gnu",
                List.copyOf(entries.values()));
    }
}
