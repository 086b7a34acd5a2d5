package dev.floe.node.submitter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.content.ContentStore;
import dev.floe.store.content.ContentWriter;

/** Bytes on their way through the store. */
final class StoreFirstOutputTest {
    private static final byte[] BYTES = new byte[100_000];

    @TempDir
    Path directory;
    private final ByteArrayOutputStream user = new ByteArrayOutputStream();
    private boolean failed;

    static {
        Arrays.setAll(new Byte[BYTES.length], i -> BYTES[i] = (byte) i);
    }

    private StoreFirstOutput output(ContentWriter writer) {
        return new StoreFirstOutput(writer, () -> failed = true, () -> user);
    }

    @Test
    void theStoreHasThemAndTheUserNothingYet() throws IOException {
        try (ContentStore store = ContentStore.open(directory, 1 << 20);
                ContentWriter writer = store.receive(Digest.ofBytes(BYTES));
                StoreFirstOutput output = output(writer)) {
            output.write(BYTES, 0, 60_000);
            output.write(BYTES, 60_000, 40_000);
            assertThat(output.finish()).contains(Digest.ofBytes(BYTES));
            assertThat(store.find(Digest.ofBytes(BYTES))).isPresent();
        }
        assertThat(user.size()).isZero();
        assertThat(failed).isFalse();
    }

    @Test
    void otherBytesReachNobody() throws IOException {
        try (ContentStore store = ContentStore.open(directory, 1 << 20);
                ContentWriter writer = store.receive(Digest.ofBytes(BYTES));
                StoreFirstOutput output = output(writer)) {
            output.write(new byte[BYTES.length], 0, BYTES.length);
            assertThatThrownBy(output::finish).isInstanceOf(DigestMismatchException.class);
        }
        assertThat(user.size()).isZero();
    }

    /** The entry cannot be moved to its place. */
    @Test
    void aStoreThatCannotKeepThemCostsTheUserNothing() throws IOException {
        try (ContentStore store = ContentStore.open(directory, 1 << 20);
                ContentWriter writer = store.receive(Digest.ofBytes(BYTES));
                StoreFirstOutput output = output(writer)) {
            output.write(BYTES, 0, BYTES.length);
            Path place = directory.resolve(Digest.ofBytes(BYTES).hex().substring(0, 2));
            Files.deleteIfExists(place);
            Files.writeString(place, "no directory");
            assertThat(output.finish()).isEmpty();
        }
        assertThat(user.toByteArray()).isEqualTo(BYTES);
        assertThat(failed).isTrue();
    }
}
