package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiskFailureTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"No space left on device|full",
            "cannot write /a: No space left on device; free|full",
            "Disk quota exceeded|quota", "Read-only file system|read-only", "Permission denied|may not write",
            "Operation not permitted|may not write", "Input/output error|fails"})
    void saysWhatIsWrongAndWhatToDo(String message, String word) {
        for (IOException failure : new IOException[]{new IOException(message),
                new IOException("x", new IOException(message)),
                new FileSystemException("/secret/data", null, message),
                new IOException(new UncheckedIOException(new IOException(message)))}) {
            assertThat(DiskFailure.of(failure).orElseThrow()).contains(word).contains(";").doesNotContain("/secret")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void knowsThatAFileMayNotBeUsed() {
        assertThat(DiskFailure.of(new IOException("x", new AccessDeniedException("/secret"))).orElseThrow())
                .contains("may not write").doesNotContain("/secret");
    }

    @Test
    void saysNothingOfOtherFailures() {
        assertThat(DiskFailure.of(new NoSuchFileException("/a"))).isEmpty();
        assertThat(DiskFailure.of(new IOException("the connection is closed"))).isEmpty();
        assertThat(DiskFailure.of(new IllegalStateException())).isEmpty();
    }
}
