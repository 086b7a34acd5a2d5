package dev.floe.node.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.actioncache.ResultSignature;

/** Whose results count in a mesh that lets only some nodes write to its cache. */
final class ResultSignerTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final ActionResult RESULT = new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
            List.of(new ActionResult.OutputFile("/w/a.o", 0644, new ResultContent.Inline(new byte[]{1}), "")), "n1",
            Duration.ofSeconds(1));

    private final CacheWriterKey writers = CacheWriterKey.create();
    private final ResultSigner writer = new ResultSigner(Optional.of(writers));
    private final ResultSigner reader = new ResultSigner(Optional.of(writers.readOnly()));

    private ActionResult signed() {
        return writer.signed(KEY, RESULT).orElseThrow();
    }

    @Test
    void aReaderAcceptsWhatAWriterHasSigned() {
        assertThat(reader.flaw(KEY, signed())).isEmpty();
        assertThat(reader.flawAtHand(signed())).isEmpty();
        assertThat(writer.mayWrite()).isTrue();
    }

    @Test
    void aReaderSignsNothing() {
        assertThat(reader.mayWrite()).isFalse();
        assertThat(reader.signed(KEY, RESULT)).isEmpty();
    }

    @Test
    void aResultWithoutSignatureIsRefused() {
        assertThat(reader.flaw(KEY, RESULT)).contains("no node that may write to the cache has signed it");
        assertThat(reader.flawAtHand(RESULT)).contains("no node that may write to the cache has signed it");
    }

    @Test
    void aSignatureOfAnotherMeshIsRefused() {
        ActionResult other = new ResultSigner(Optional.of(CacheWriterKey.create())).signed(KEY, RESULT).orElseThrow();
        assertThat(reader.flaw(KEY, other)).contains("it is signed for another mesh");
        assertThat(reader.flawAtHand(other)).contains("it is signed for another mesh");
        assertThat(reader.flaw(KEY, RESULT.sealed(new ResultSignature(new byte[]{1}))))
                .contains("it is signed for another mesh");
    }

    @Test
    void aSignatureOfAnotherResultOrKeyIsRefused() {
        ActionResult changed = new ActionResult(RESULT.output(), RESULT.error(),
                List.of(new ActionResult.OutputFile("/w/a.o", 0644, new ResultContent.Inline(new byte[]{2}), "")), "n1",
                RESULT.compute()).sealed(signed().seal());
        assertThat(reader.flaw(KEY, changed)).contains("its signature is wrong");
        assertThat(reader.flaw(new ActionKey(1, 2, 3, 5), signed())).contains("its signature is wrong");
    }

    @Test
    void whereAllMayWriteNothingIsSigned() {
        assertThat(ResultSigner.NONE.mayWrite()).isTrue();
        assertThat(ResultSigner.NONE.signed(KEY, RESULT)).contains(RESULT);
        assertThat(ResultSigner.NONE.flaw(KEY, RESULT)).isEmpty();
    }
}
