package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileChunkerTest {
    private static final int CHUNK = FileChunker.CHUNK_BYTES;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 12345})
    void joinsWhatItCut(int size) throws IOException {
        Path file = file(size);
        ChunkList list = FileChunker.of(file);
        assertThat(list.whole()).isEqualTo(Digest.ofFile(file));
        assertThat(list.chunks()).hasSize(Math.ceilDiv(size, CHUNK));
        Path joined = directory.resolve("joined");
        FileChunker.join(list, chunk -> FileChunker.read(file, list, list.chunks().indexOf(chunk)), joined);
        assertThat(joined).hasSameBinaryContentAs(file);
    }

    @Test
    void refusesAChunkOfOtherBytesAndLeavesTheTargetAsItWas() throws IOException {
        Path file = file(CHUNK + 10);
        ChunkList list = FileChunker.of(file);
        Path target = Files.writeString(directory.resolve("target"), "before");
        assertThatThrownBy(() -> FileChunker.join(list, chunk -> ByteBuffer.allocate((int) chunk.size()), target))
                .isInstanceOf(DigestMismatchException.class);
        assertThat(target).hasContent("before");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("file", "target");
    }

    @Test
    void refusesChunksThatAreGoodEachButNotTogether() throws IOException {
        Path file = file(2 * CHUNK);
        ChunkList list = FileChunker.of(file);
        ChunkList swapped = new ChunkList(list.whole(), list.chunks().reversed());
        assertThatThrownBy(() -> FileChunker.join(swapped,
                chunk -> FileChunker.read(file, list, list.chunks().indexOf(chunk)), directory.resolve("joined")))
                .isInstanceOf(DigestMismatchException.class);
        assertThat(directory.resolve("joined")).doesNotExist();
    }

    @Test
    void refusesAListWhoseSizesDoNotFit() {
        Digest whole = new Digest(1, 2, 3, 4, 10);
        assertThatThrownBy(() -> new ChunkList(whole, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkList(whole, List.of(new Digest(1, 2, 3, 4, 9))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkList(new Digest(1, 2, 3, 4, Long.MAX_VALUE), List.of(whole)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noticesAFileThatChangedSinceItWasCut() throws IOException {
        Path file = file(CHUNK);
        ChunkList list = FileChunker.of(file);
        Files.writeString(file, "short");
        assertThatThrownBy(() -> FileChunker.read(file, list, 0)).isInstanceOf(DigestMismatchException.class);
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(directory.resolve("file"), bytes);
    }
}
