package dev.floe.store.actioncache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult.OutputFile;

/** Results as a peer or a damaged disk gives them. */
final class ActionResultCodecFuzzTest {
    @MethodSource("results")
    @FuzzTest
    void decodesOrRefuses(byte[] bytes) {
        ActionResult result;
        try {
            result = ActionResultCodec.decode(bytes);
        } catch (IOException _) {
            return;
        }
        byte[] encoded = ActionResultCodec.encode(result);
        try {
            assertThat(ActionResultCodec.encode(ActionResultCodec.decode(encoded))).isEqualTo(encoded);
        } catch (IOException e) {
            throw new AssertionError("what was encoded is refused", e);
        }
    }

    static Stream<byte[]> results() {
        ResultContent inline = new ResultContent.Inline(new byte[]{1, 2, 3});
        ResultContent stored = new ResultContent.Stored(Digest.ofBytes(new byte[]{4}));
        ActionResult plain = new ActionResult(inline, ResultContent.Inline.NONE,
                List.of(new OutputFile("/src/a.o", 0644, stored, ""), new OutputFile("/src/a.d", 0600, inline, "gcc")),
                new ActionResult.ResultOrigin("node", Duration.ofMillis(812), ResultSignature.NONE), null);
        ActionResult observed = plain.observed(new ActionResult.Observed("", new byte[]{5, 6},
                new ActionResult.AskedVariables(List.of("CPATH"), List.of("PATH")), List.of("DATE:cc1"),
                new ActionResult.ListedDirectories(new byte[]{7}, new byte[]{8}), new byte[]{9, 1}));
        return Stream.of(plain, plain.sealed(new ResultSignature(new byte[64])), observed,
                observed.sealed(new ResultSignature(new byte[64]))).map(ActionResultCodec::encode);
    }
}
