package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;

/** Sets of paths as a peer may send them. */
final class PathSetFuzzTest {
    @MethodSource("frames")
    @FuzzTest
    void decodesAFrameOrRefuses(byte[] frame) {
        decodeOrRefuse(frame);
    }

    @MethodSource("entries")
    @FuzzTest
    void decodesEntriesOrRefuses(byte[] entries) {
        decodeOrRefuse(Zstd.compress(entries));
    }

    private static void decodeOrRefuse(byte[] bytes) {
        List<String> paths;
        try {
            paths = PathSet.decode(bytes);
        } catch (IOException _) {
            return;
        }
        assertThat(paths.size()).isLessThanOrEqualTo(PathSet.MAX_PATHS);
        try {
            assertThat(PathSet.decode(PathSet.encode(paths))).isEqualTo(paths);
        } catch (IOException e) {
            throw new AssertionError("what was decoded is refused", e);
        }
    }

    static Stream<byte[]> frames() throws IOException {
        return Stream.of(PathSet.encode(List.of("/usr/include/a.h", "/usr/include/b.h", "/usr/local/include/é.h")));
    }

    static Stream<byte[]> entries() throws IOException {
        return frames().map(frame -> Zstd.decompress(frame, 1000));
    }
}
