package dev.floe.store.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SavedEntriesTest {
    private static final String FORMAT = "test 1";
    private static final int COUNT = 500;

    @TempDir
    private Path directory;
    private Path file;
    private final Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("saved");
        for (int i = 0; i < COUNT; i++) {
            entries.put(bytes("key " + i), bytes("value " + i));
        }
        entries.put(bytes(""), bytes(""));
        SavedEntries.write(file, FORMAT, entries);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static Optional<String> find(SavedEntries saved, String key) {
        return saved.find(key.getBytes(UTF_8)).map(value -> UTF_8.decode(value).toString());
    }

    private SavedEntries read(String format) throws IOException {
        return SavedEntries.read(file, format, 1 << 20);
    }

    @Test
    void findsWhatWasWritten() throws IOException {
        SavedEntries saved = read(FORMAT);
        assertThat(saved.size()).isEqualTo(COUNT + 1);
        for (int i = 0; i < COUNT; i++) {
            assertThat(find(saved, "key " + i)).contains("value " + i);
        }
        assertThat(find(saved, "")).contains("");
        assertThat(find(saved, "key " + COUNT)).isEmpty();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aFileOfAnotherFormatHasNoEntries() throws IOException {
        assertThat(read("test 2").size()).isZero();
        assertThat(read("test").size()).isZero();
        assertThat(SavedEntries.read(file, FORMAT, 100).size()).isZero();
        assertThat(SavedEntries.read(directory.resolve("absent"), FORMAT, 100).size()).isZero();
    }

    @Test
    void aDamagedFileHasNoEntries() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThat(read(FORMAT).size()).as("byte " + at).isZero();
        }
        for (int length = 0; length < whole.length; length += 97) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(read(FORMAT).size()).as(length + " bytes").isZero();
        }
    }

    @Test
    void addsItsEntriesToOthersUpToABound() throws IOException {
        Map<ByteBuffer, ByteBuffer> others = new HashMap<>(Map.of(bytes("key 1"), bytes("new")));
        read(FORMAT).addTo(others, 10);
        assertThat(others).hasSize(10).containsEntry(bytes("key 1"), bytes("new"));
        read(FORMAT).addTo(others, 10_000);
        assertThat(others).hasSize(COUNT + 1).containsEntry(bytes("key 2"), bytes("value 2"));
    }
}
