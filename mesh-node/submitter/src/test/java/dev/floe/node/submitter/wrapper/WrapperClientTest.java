package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.submitter.FramesOfAWrapper;

final class WrapperClientTest {
    private static final int BYTES = 4 << 20;

    @TempDir
    private Path directory;

    /** What a result prints may be longer than the heap. */
    @Test
    void printsAStreamWhileItReadsIt() throws IOException {
        InputStream broken = new InputStream() {
            private int left = BYTES;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw new IOException("the disk is broken");
                }
                left--;
                return 'x';
            }
        };
        try (FramesOfAWrapper wrapper = new FramesOfAWrapper(directory)) {
            WrapperClient client = wrapper.client();
            assertThatThrownBy(() -> client.print(1, broken)).hasMessage("the disk is broken");
            client.exit(0);
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(wrapper.printed()).hasSize(BYTES));
        }
    }
}
