package dev.floe.store.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionResult.OutputFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Results as a peer or a damaged disk gives them. */
final class ResultCodecFuzzTest {
    @MethodSource("results")
    @FuzzTest
    void decodesOrRefuses(byte[] bytes) {
        ActionResult result;
        try {
            result = ResultCodec.decode(bytes);
        } catch (IOException _) {
            return;
        }
        byte[] encoded = ResultCodec.encode(result);
        try {
            assertThat(ResultCodec.encode(ResultCodec.decode(encoded))).isEqualTo(encoded);
        } catch (IOException e) {
            throw new AssertionError("what was encoded is refused", e);
        }
    }

    static Stream<byte[]> results() {
        Content inline = new Content.Inline(new byte[]{1, 2, 3});
        Content stored = new Content.Stored(Digest.ofBytes(new byte[]{4}));
        ActionResult plain = new ActionResult(inline, Content.Inline.NONE,
                List.of(new OutputFile("/src/a.o", 0644, stored, ""), new OutputFile("/src/a.d", 0600, inline, "gcc")),
                "node", Duration.ofMillis(812), Seal.NONE);
        ActionResult observed = plain.observed(new ActionResult.Observed("", new byte[]{5, 6}, List.of("CPATH"),
                List.of("PATH"), List.of("DATE:cc1"), new byte[]{7}, new byte[]{8}, new byte[]{9, 1}));
        return Stream.of(plain, plain.sealed(new Seal(new byte[64])), observed,
                observed.sealed(new Seal(new byte[64]))).map(ResultCodec::encode);
    }
}
