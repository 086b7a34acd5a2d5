package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;

/** Inputs that an executor has installed itself; a file that every Linux has stands for a header. */
final class InstalledInputsTest {
    private static final Path OWN = Path.of("/usr/bin/env");

    @TempDir
    private Path directory;
    private ContentStore store;
    private InstalledInputs inputs;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.open(directory.resolve("store"), 1 << 28);
        inputs = new InstalledInputs(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void storesAFileOfThisPathAndDigest() throws IOException {
        Digest digest = Digest.ofFile(OWN);
        assertThat(inputs.begin().store(OWN.toString(), digest)).isTrue();
        assertThat(store.holds(digest)).isTrue();
    }

    @Test
    void storesNothingUnderAnotherDigest() throws IOException {
        Digest other = Digest.of(new byte[Digest.HASH_BYTES], Files.size(OWN));
        assertThat(inputs.begin().store(OWN.toString(), other)).isFalse();
        assertThat(inputs.begin().store(OWN.toString(), other)).as("again, without reading it").isFalse();
        assertThat(store.stats().entries()).isZero();
        assertThat(inputs.begin().store(OWN.toString(), Digest.ofFile(OWN))).isTrue();
    }

    @Test
    void storesNothingFromElsewhere() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        assertThat(inputs.begin().store(secret.toString(), Digest.ofFile(secret))).isFalse();
        assertThat(store.stats().entries()).isZero();
    }

    @Test
    void readsABoundedNumberOfBytesForAnOffer() throws IOException {
        Digest digest = Digest.ofFile(OWN);
        InstalledInputs.Search search = inputs.begin();
        for (long left = InstalledInputs.MAX_OFFER_BYTES; left >= digest.size(); left -= digest.size()) {
            assertThat(search.store(OWN.toString(), digest)).isTrue();
        }
        assertThat(search.store(OWN.toString(), digest)).as("its bytes are used up").isFalse();
        assertThat(inputs.begin().store(OWN.toString(), digest)).isTrue();
    }
}
