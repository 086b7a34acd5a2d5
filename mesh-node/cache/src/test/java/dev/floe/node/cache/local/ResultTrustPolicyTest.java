package dev.floe.node.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** Which results are taken, used and given out. */
final class ResultTrustPolicyTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);

    private static ActionResult by(String maker) {
        return new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, List.of(), maker, Duration.ZERO);
    }

    /** Doubts one maker and one key. */
    private static final ResultDenylist DOUBTS = new ResultDenylist() {
        @Override
        public Optional<String> about(ActionKey key) {
            return key.d() == 5 ? Optional.of("it does not repeat itself") : Optional.empty();
        }

        @Override
        public Optional<String> about(ActionResult result) {
            return result.maker().equals("bad") ? Optional.of("its maker is in quarantine") : Optional.empty();
        }
    };

    private final ResultTrustPolicy policy = new ResultTrustPolicy(ResultSigner.NONE, DOUBTS);

    @Test
    void aResultOfADoubtedMakerIsNeitherTakenNorUsedNorGivenOut() {
        assertThat(policy.rejectionReason(KEY, by("bad"))).contains("its maker is in quarantine");
        assertThat(policy.localRejectionReason(KEY, by("bad"))).contains("its maker is in quarantine");
        assertThat(policy.signed(KEY, by("bad"))).isEmpty();
    }

    @Test
    void aResultUnderADoubtedKeyIsNeitherTakenNorUsedNorGivenOut() {
        ActionKey doubted = new ActionKey(1, 2, 3, 5);
        assertThat(policy.rejectionReason(doubted, by("good"))).contains("it does not repeat itself");
        assertThat(policy.localRejectionReason(doubted, by("good"))).contains("it does not repeat itself");
        assertThat(policy.signed(doubted, by("good"))).isEmpty();
    }

    @Test
    void allOthersAre() {
        assertThat(policy.rejectionReason(KEY, by("good"))).isEmpty();
        assertThat(policy.localRejectionReason(KEY, by("good"))).isEmpty();
        assertThat(policy.signed(KEY, by("good"))).contains(by("good"));
    }
}
