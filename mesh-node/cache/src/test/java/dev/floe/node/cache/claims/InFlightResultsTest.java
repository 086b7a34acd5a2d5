package dev.floe.node.cache.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.claims.InFlightResults.ClaimOutcome;
import dev.floe.store.actioncache.ActionKey;

/** Who makes a result, and what those who wait are told. */
final class InFlightResultsTest {
    private static final int RACES = 5_000;
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
    void thoseWhoComeLateAreToldWhatThoseWhoWaitedWereTold() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread asking = Thread.ofPlatform().start(() -> { // so that both that end a claim wait for each other
            while (!over.get()) {
                assertThat(results.ended(OTHER)).isEmpty();
            }
        });
        try {
            for (int i = 0; i < RACES; i++) {
                InFlightResults.InFlightResult running = results.begin(KEY).running();
                CyclicBarrier start = new CyclicBarrier(2);
                Thread other = Thread.ofPlatform().start(() -> {
                    pass(start);
                    running.end(new ClaimOutcome.ClaimAbandoned("given up"));
                });
                pass(start);
                running.end(new ClaimOutcome.ClaimDone(KEY));
                other.join();
                assertThat(results.ended(KEY)).contains(running.outcome().join());
            }
        } finally {
            over.set(true);
            asking.join();
        }
    }

    private static void pass(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
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
