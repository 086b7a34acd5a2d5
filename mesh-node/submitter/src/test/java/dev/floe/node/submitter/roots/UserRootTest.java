package dev.floe.node.submitter.roots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.RootDirectory;

/** The root of this machine, as that of a wrapper. */
final class UserRootTest {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final Path OF_ITS_PROCESS = PROCESS.resolve("status");
    private static final Path MISSING = Path.of("/no-such-directory");

    private UserRoot root;

    @BeforeEach
    void open() throws IOException {
        root = new UserRoot(new RootDirectory(OpenDescriptor.forReading(Path.of("/")).orElseThrow()), "machine");
    }

    @AfterEach
    void close() {
        root.close();
    }

    @Test
    void ofWhatDiffersForEachProcessTheWrapperIsAsked() throws IOException {
        assertThat(root.lstat(OF_ITS_PROCESS)).isEmpty();
        assertThat(root.lstat(List.of(MISSING, OF_ITS_PROCESS))).containsExactly(Optional.of(Optional.empty()),
                Optional.empty());
        assertThat(root.read(OF_ITS_PROCESS)).isEmpty();
        assertThat(root.digest(OF_ITS_PROCESS)).isEmpty();
        assertThat(root.list(PROCESS)).isEmpty();
    }

    @Test
    void whatIsMissingIsMissing() throws IOException {
        assertThat(root.lstat(MISSING).orElseThrow()).isEmpty();
    }
}
