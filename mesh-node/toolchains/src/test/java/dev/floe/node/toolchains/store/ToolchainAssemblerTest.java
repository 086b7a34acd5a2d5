package dev.floe.node.toolchains.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.ToolchainUnpacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/** A toolchain of files that this machine has and of files that only a peer has. */
final class ToolchainAssemblerTest {
    private static final Path SYSTEM_FILE = Path.of("/usr/bin/env");

    @TempDir
    private Path work;
    private ToolchainDirectory directory;
    private final Map<String, byte[]> peer = new HashMap<>();
    private final List<String> fetched = new ArrayList<>();
    private Toolchain toolchain;

    @BeforeEach
    void open() throws IOException {
        directory = new ToolchainDirectory(work.resolve("toolchains"));
        directory.scan();
        byte[] env = Files.readAllBytes(SYSTEM_FILE);
        byte[] changed = env.clone();
        changed[changed.length - 1] ^= 1;
        peer.put("usr/bin/env", env);
        peer.put("usr/bin/id", changed);
        peer.put("usr/lib/peculiar/cc1", "a compiler of its own".getBytes(UTF_8));
        toolchain = toolchain();
    }

    private Toolchain toolchain() {
        List<ToolchainEntry> entries = new ArrayList<>();
        for (String name : List.of("usr", "usr/bin", "usr/lib", "usr/lib/peculiar")) {
            entries.add(new ToolchainEntry.DirectoryEntry(name));
        }
        peer.forEach((path, bytes) -> entries.add(
                new ToolchainEntry.FileEntry(path, ToolchainEntry.FileEntry.PROGRAM, Digest.ofBytes(bytes))));
        return Toolchain.of(ToolchainFamily.GCC, "12.2.0", Platform.current(), "x86_64-linux-gnu", entries);
    }

    private final class Peer implements ToolchainFileSource {
        @Override
        public Toolchain manifest(ToolchainId id) {
            return toolchain;
        }

        @Override
        public void fetch(Toolchain of, List<ToolchainEntry.FileEntry> wanted, Path scratch, FileReceiver receiver)
                throws IOException {
            for (ToolchainEntry.FileEntry file : wanted) {
                fetched.add(file.path());
                receiver.receive(file, Files.write(scratch.resolve("part"), peer.get(file.path())));
            }
        }
    }

    private UnpackedToolchain assemble(List<ToolchainId> others) throws IOException {
        return new ToolchainAssembler(directory, new Peer()).assemble(toolchain.id(), others);
    }

    @Test
    void fetchesOnlyWhatThisMachineLacks() throws IOException {
        UnpackedToolchain held = assemble(List.of());
        assertThat(held.damage()).isEmpty();
        assertThat(fetched).containsExactly("usr/bin/id", "usr/lib/peculiar/cc1");
        assertThat(directory.scan()).containsExactly(toolchain.id());
        assertThat(work.resolve("toolchains")).isDirectoryNotContaining(path -> path.toString().contains("fetch-"));
    }

    @Test
    void takesFilesOfToolchainsThatItHolds() throws IOException {
        assemble(List.of());
        fetched.clear();
        Toolchain before = toolchain;
        peer.put("usr/bin/another", "new".getBytes(UTF_8));
        toolchain = toolchain();
        assertThat(assemble(List.of(before.id())).damage()).isEmpty();
        assertThat(fetched).containsExactly("usr/bin/another");
    }

    @Test
    void refusesAFileThatIsNotWhatTheManifestSays() throws IOException {
        peer.put("usr/lib/peculiar/cc1", "a compiler of evil".getBytes(UTF_8));
        assertThatThrownBy(() -> assemble(List.of())).isInstanceOf(DigestMismatchException.class);
        assertThat(directory.scan()).isEmpty();
        assertThat(work.resolve("toolchains")).isEmptyDirectory();
    }

    @Test
    void packsTheArchiveWhenItIsAskedFor() throws IOException {
        UnpackedToolchain held = assemble(List.of());
        ToolchainArchives archives = new ToolchainArchives(directory);
        assertThat(archives.find(toolchain.id())).isEmpty();
        assertThat(directory.archiveBytes(toolchain.id())).isEqualTo(toolchain.bytes() / 3);
        ChunkList list = archives.findOrPack(toolchain.id());
        assertThat(archives.find(toolchain.id())).contains(list);
        assertThat(archives.findOrPack(toolchain.id())).isSameAs(list);
        assertThat(directory.archiveBytes(toolchain.id())).isEqualTo(list.whole().size());
        assertThat(directory.diskBytes(toolchain.id())).isEqualTo(toolchain.bytes() + list.whole().size());
        assertThat(ToolchainUnpacker.unpack(directory.archive(toolchain.id()), toolchain.id(), work.resolve("unpacked"),
                ArchiveLimits.USUAL)).isEqualTo(held.toolchain());
    }

    @Test
    void packsADamagedArchiveAgain() throws IOException {
        assemble(List.of());
        ToolchainArchives archives = new ToolchainArchives(directory);
        ChunkList list = archives.findOrPack(toolchain.id());
        Files.write(directory.archive(toolchain.id()), new byte[]{1});
        assertThatThrownBy(() -> archives.chunk(List.of(toolchain.id()), list.chunks().getFirst()))
                .isInstanceOf(IOException.class);
        assertThat(archives.findOrPack(toolchain.id())).isEqualTo(list);
        assertThat(archives.chunk(List.of(toolchain.id()), list.chunks().getFirst()).orElseThrow().remaining())
                .isPositive();
    }

    @Test
    void packsNoDamagedTree() throws IOException {
        UnpackedToolchain held = assemble(List.of());
        Files.writeString(held.directory().resolve("usr/bin/env"), "other");
        assertThatThrownBy(() -> new ToolchainArchives(directory).findOrPack(toolchain.id()))
                .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void cutsLongListsIntoRequests() {
        List<ToolchainEntry.FileEntry> many = new ArrayList<>();
        for (int i = 0; i < 1001; i++) {
            many.add(new ToolchainEntry.FileEntry("f" + i, ToolchainEntry.FileEntry.DATA, Digest.ofBytes(new byte[0])));
        }
        assertThat(ToolchainFileTransfer.requests(many)).extracting(List::size).containsExactly(1000, 1);
        ToolchainEntry.FileEntry large = new ToolchainEntry.FileEntry("large", ToolchainEntry.FileEntry.DATA,
                Digest.of(new byte[Digest.HASH_BYTES], 40 << 20));
        assertThat(ToolchainFileTransfer.requests(List.of(large, many.getFirst(), large, large)))
                .extracting(List::size).containsExactly(1, 2, 1);
        assertThat(ToolchainFileTransfer.requests(List.of())).isEmpty();
    }
}
