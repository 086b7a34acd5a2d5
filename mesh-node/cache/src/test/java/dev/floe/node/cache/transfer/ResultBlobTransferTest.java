package dev.floe.node.cache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.actioncache.ResultSignature;

final class ResultBlobTransferTest {
    private static final ActionResult PLAIN = new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
            List.of(new ActionResult.OutputFile("/p/a.o", 0644, ResultContent.Inline.NONE, "")), "n1",
            Duration.ofSeconds(2));
    private static final ActionResult OBSERVED = PLAIN.observed(new ActionResult.Observed("", new byte[]{1},
            new ActionResult.AskedVariables(List.of("A"), List.of()), List.of(), ActionResult.ListedDirectories.NONE,
            new byte[0]));
    private static final ResultSignature SIGNATURE = new ResultSignature(new byte[]{1, 2, 3});

    @Test
    void aPeerOfThisReleaseGetsTheObservation() throws IOException {
        byte[] sent = ResultBlobTransfer.encode(OBSERVED, WireProtocol.V2).orElseThrow();
        assertThat(ActionResultCodec.decode(sent).observed()).isNotNull();
    }

    @Test
    void aPeerOfVersion1GetsAResultThatItCanDecode() {
        assertThat(ResultBlobTransfer.encode(OBSERVED, WireProtocol.V1)).hasValueSatisfying(
                sent -> assertThat(sent).isEqualTo(ActionResultCodec.encode(PLAIN)));
        assertThat(ResultBlobTransfer.encode(PLAIN.sealed(SIGNATURE), WireProtocol.V1)).hasValueSatisfying(
                sent -> assertThat(sent).isEqualTo(ActionResultCodec.encode(PLAIN.sealed(SIGNATURE))));
    }

    @Test
    void aSignedObservationIsNotTakenOutOfAResult() {
        assertThat(ResultBlobTransfer.encode(OBSERVED.sealed(SIGNATURE), WireProtocol.V1)).isEmpty();
        assertThat(ResultBlobTransfer.encode(OBSERVED.sealed(SIGNATURE), WireProtocol.V2)).isPresent();
    }
}
