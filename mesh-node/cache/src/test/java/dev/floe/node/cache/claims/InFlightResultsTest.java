package dev.floe.node.cache.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.claims.InFlightResults.ClaimOutcome;
import dev.floe.store.actioncache.ActionKey;

/** Who makes a result, and what those who wait are told. */
final class InFlightResultsTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final ActionKey OTHER = new ActionKey(1, 2, 3, 5);

    private final InFlightResults results = new InFlightResults();
    private final AtomicInteger withdrawn = new AtomicInteger();

    @Test
    void onlyTheFirstMayMakeAResult() {
        InFlightResults.BeginResult first = results.begin(KEY);
        InFlightResults.BeginResult second = results.begin(KEY);
        assertThat(first.mine()).isTrue();
        assertThat(second.mine()).isFalse();
        assertThat(second.running()).isSameAs(first.running()).isSameAs(results.find(KEY));
        assertThat(results.begin(OTHER).mine()).isTrue();
    }

    @Test
    void anEndIsToldOnceAndTheNextMayBegin() {
        InFlightResults.BeginResult first = results.begin(KEY);
        ClaimOutcome done = new ClaimOutcome.ClaimDone(OTHER);
        assertThat(first.running().end(done)).isTrue();
        assertThat(first.running().end(new ClaimOutcome.ClaimAbandoned("late"))).isFalse();
        assertThat(first.running().outcome()).isCompletedWithValue(done);
        assertThat(results.ended(KEY)).contains(done);
        assertThat(results.find(KEY)).isNull();
        assertThat(results.begin(KEY).mine()).isTrue();
    }

    @Test
    void whoStillRunsAtTheEndHasGivenUp() {
        InFlightResults.BeginResult first = results.begin(KEY);
        results.close();
        assertThat(first.running().outcome().join()).isInstanceOf(ClaimOutcome.ClaimAbandoned.class);
    }

    private ResultClaim claim() {
        return new ResultClaim(results.begin(KEY).running(), withdrawn::incrementAndGet);
    }

    @Test
    void aClaimThatIsDoneUnderItsKeyStaysInTheIndex() {
        try (ResultClaim claim = claim()) {
            claim.done(KEY);
        }
        assertThat(withdrawn).as("the announcement ends it").hasValue(0);
        assertThat(results.ended(KEY)).contains(new ClaimOutcome.ClaimDone(KEY));
    }

    @Test
    void aClaimThatIsDoneUnderAnotherKeyIsWithdrawn() {
        try (ResultClaim claim = claim()) {
            claim.done(OTHER);
        }
        assertThat(withdrawn).hasValue(1);
        assertThat(results.ended(KEY)).contains(new ClaimOutcome.ClaimDone(OTHER));
    }

    @Test
    void aClaimThatIsNotDoneIsWithdrawn() {
        claim().close();
        assertThat(withdrawn).hasValue(1);
        assertThat(results.ended(KEY)).hasValueSatisfying(
                outcome -> assertThat(outcome).isInstanceOf(ClaimOutcome.ClaimAbandoned.class));
    }
}
