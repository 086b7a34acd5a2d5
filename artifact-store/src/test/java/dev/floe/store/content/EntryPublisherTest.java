package dev.floe.store.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;

/** How an entry comes into a store with room for one, and what is left of one that does not come. */
final class EntryPublisherTest {
    private static final byte[] BYTES = "hello".getBytes(UTF_8);
    private static final Digest HELLO = Digest.ofBytes(BYTES);
    private static final Digest OTHER = Digest.ofBytes("other".getBytes(UTF_8));

    @TempDir
    Path directory;
    private final StoreIndex index = new StoreIndex(StoreIndex.BLOCK_BYTES);
    private StoreDirectory files;
    private EntryPublisher publisher;

    @BeforeEach
    void open() throws IOException {
        files = new StoreDirectory(directory.resolve("store"));
        files.open();
        publisher = new EntryPublisher(files, index, new VerifiedEntries(files, index, Clock.systemUTC()));
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private List<Path> temporaries() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("store/tmp"))) {
            return all.toList();
        }
    }

    /** Whether an entry fits that fills the store: nothing is reserved any more. */
    private boolean isAllRoomFree() {
        index.add(OTHER, new StoreEntry(Instant.EPOCH));
        return index.evict().isEmpty();
    }

    @Test
    void publishesWhatWasWritten() throws IOException {
        try (ContentWriter writer = publisher.receive(HELLO)) {
            writer.write(ByteBuffer.wrap(BYTES));
            assertThat(index.contains(HELLO)).isFalse();
            writer.commit();
        }
        assertThat(index.contains(HELLO)).isTrue();
        assertThat(files.path(HELLO)).hasBinaryContent(BYTES);
        assertThat(temporaries()).isEmpty();
    }

    @Test
    void leavesNothingOfAWriterThatIsNotCommitted() throws IOException {
        try (ContentWriter writer = publisher.receive(HELLO)) {
            writer.write(ByteBuffer.wrap(BYTES, 0, 2));
            assertThat(temporaries()).hasSize(1);
            assertThatThrownBy(writer::commit).isInstanceOf(DigestMismatchException.class);
        }
        assertThat(temporaries()).isEmpty();
        assertThat(index.contains(HELLO)).isFalse();
        assertThat(isAllRoomFree()).isTrue();
    }

    @Test
    void otherEntriesGoForOneThatIsReceived() throws IOException {
        index.add(OTHER, new StoreEntry(Instant.EPOCH));
        try (ContentWriter _ = publisher.receive(HELLO)) {
            assertThat(index.contains(OTHER)).isFalse();
        }
    }

    @Test
    void sharesAFileAsALink() throws IOException {
        Path file = Files.write(directory.resolve("file"), BYTES);
        publisher.share(HELLO, file);
        assertThat(Files.isSameFile(files.path(HELLO), file)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("r--r--r--");
        index.remove(HELLO);
        assertThat(isAllRoomFree()).isTrue();
    }

    @Test
    void reservesNothingForAFileThatCannotBeShared() throws IOException {
        assertThatThrownBy(() -> publisher.share(HELLO, directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(index.contains(HELLO)).isFalse();
        assertThat(temporaries()).isEmpty();
        assertThat(isAllRoomFree()).isTrue();
    }

    @Test
    void refusesWhatCouldNeverFit() {
        Digest large = Digest.ofBytes(new byte[StoreIndex.BLOCK_BYTES + 1]);
        assertThatThrownBy(() -> publisher.receive(large)).hasMessageContaining("raise that bound");
        assertThatThrownBy(() -> publisher.share(large, directory)).hasMessageContaining("more than the store at "
                + directory.resolve("store"));
        assertThat(isAllRoomFree()).isTrue();
    }
}
