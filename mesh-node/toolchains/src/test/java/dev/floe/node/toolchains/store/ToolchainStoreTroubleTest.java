package dev.floe.node.toolchains.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.toolchains.relay.HolderFailedException;
import dev.floe.toolchain.ToolchainId;

/** What becomes of a toolchain that cannot be taken. */
final class ToolchainStoreTroubleTest {
    private static final ToolchainId GCC = new ToolchainId("ab".repeat(32));

    @TempDir
    private Path directory;
    private ToolchainStore.Fetcher fetcher = (_, _) -> {};
    private final AtomicInteger changes = new AtomicInteger();
    private ToolchainStore toolchainStore;

    @BeforeEach
    void open() throws IOException {
        toolchainStore = new ToolchainStore(directory.resolve("toolchains"), 1L << 30,
                (id, target) -> fetcher.fetch(id, target), ToolchainFileSource.NONE);
        toolchainStore.onChange(changes::incrementAndGet);
        toolchainStore.start();
    }

    private void expectFailure() {
        assertThatThrownBy(() -> toolchainStore.getOrFetch(GCC).get()).isInstanceOf(ExecutionException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"No space left on device|disk of its data directory is full",
            "Disk quota exceeded|quota", "Read-only file system|read-only", "Permission denied|may not write",
            "Input/output error|fails", "something else|cannot be unpacked"})
    void takesNoMoreJobsForAWhile(String failure, String said) {
        fetcher = (_, _) -> {
            throw new IOException("cannot write " + directory + "/x: " + failure);
        };
        expectFailure();
        assertThat(toolchainStore.trouble(GCC).orElseThrow()).contains(said).doesNotContain(directory.toString());
        assertThat(toolchainStore.troubles()).containsOnlyKeys(GCC);
        assertThat(changes).as("peers are told").hasPositiveValue();
    }

    @Test
    void takesNoMoreJobsWhenTheArchiveIsCutOff() {
        fetcher = (_, target) -> Files.write(target, new byte[]{0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3});
        expectFailure();
        assertThat(toolchainStore.trouble(GCC).orElseThrow()).contains("cannot be unpacked")
                .contains("floe toolchain verify");
    }

    @Test
    void takesThemAgainAsSoonAsThereIsRoom() {
        fetcher = (_, _) -> {
            throw new InsufficientSpaceException(1, 0);
        };
        expectFailure();
        assertThat(toolchainStore.trouble(GCC)).as("there is room for a byte").isEmpty();
        fetcher = (_, _) -> {
            throw new InsufficientSpaceException(Long.MAX_VALUE, 12L << 20);
        };
        expectFailure();
        assertThat(toolchainStore.trouble(GCC).orElseThrow()).contains("12 left; free some space there");
    }

    @Test
    void triesAgainWhenOnlyTheHoldersHaveFailed() {
        fetcher = (_, _) -> {
            throw new HolderFailedException("nobody holds it; No space left on device");
        };
        expectFailure();
        assertThat(toolchainStore.trouble(GCC)).isEmpty();
    }

    @Test
    void noticesThatItsDirectoryIsGoneAndIsBack() throws IOException {
        Path toolchains = directory.resolve("toolchains");
        Path away = Files.move(toolchains, directory.resolve("away"));
        expectFailure();
        assertThat(toolchainStore.trouble(GCC)).isPresent();
        Files.move(away, toolchains);
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(toolchainStore.trouble(GCC)).isEmpty());
    }
}
