package dev.floe.placement.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.placement.Meshes;
import dev.floe.placement.view.NodeProfile.NodeSpec;

class LocalViewTest {
    private static final Instant START = Instant.EPOCH.plusSeconds(1000);
    private final LocalView view = new LocalView(StalenessPolicy.STANDARD);

    private static NodeLoad state(long epoch, long sequence, int free) {
        return new NodeLoad("peer", epoch, sequence, free, Duration.ZERO, 8L << 30);
    }

    private NodeView peer(Instant now) {
        return view.view(now).nodes().getFirst();
    }

    @BeforeEach
    void describePeer() {
        view.described(new NodeProfile("peer", false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of("gcc"), false));
    }

    @Test
    void aNodeThatHasSaidNothingIsTakenForHalfFull() {
        assertThat(peer(START).freeSlots()).isEqualTo(4);
    }

    @Test
    void anOwnDispatchCountsAtOnce() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        assertThat(peer(START).freeSlots()).isEqualTo(7);
        assertThat(peer(START).freeMemoryBytes()).isEqualTo((8L << 30) - Meshes.job(1).memoryBytes());
    }

    @Test
    void anUnansweredDispatchCountsOnTopOfNewerGossip() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.gossip(state(1, 2, 5), START);
        assertThat(peer(START).freeSlots()).isEqualTo(4);
    }

    @Test
    void theAnswersStateCoversTheDispatch() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.answered("peer", Meshes.job(1).key(), state(1, 2, 6), START);
        assertThat(peer(START).freeSlots()).isEqualTo(6);
    }

    @Test
    void anOlderStateThatArrivesLateIsIgnored() {
        view.gossip(state(1, 7, 3), START);
        view.gossip(state(1, 6, 8), START);
        assertThat(peer(START).freeSlots()).isEqualTo(3);
    }

    @Test
    void aRestartedNodesFirstStateIsNewerThanAllBefore() {
        view.gossip(state(1, 900, 3), START);
        view.gossip(state(2, 1, 8), START);
        view.gossip(state(1, 901, 2), START);
        assertThat(peer(START).freeSlots()).isEqualTo(8);
    }

    @Test
    void reachableIsWhatOthersDoNotOccupyHoweverOldTheWord() {
        assertThat(view.reachableSlots("peer", START)).isEqualTo(8);
        view.gossip(state(1, 1, 3), START);
        assertThat(view.reachableSlots("peer", START)).isEqualTo(3);
        assertThat(view.reachableSlots("peer", START.plusSeconds(600))).isEqualTo(3);
        assertThat(view.reachableSlots("stranger", START)).isZero();
    }

    @Test
    void ownJobsOccupyReachableSlots() {
        view.gossip(state(1, 1, 3), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.answered("peer", Meshes.job(1).key(), state(1, 2, 2), START);
        assertThat(view.reachableSlots("peer", START)).isEqualTo(3);
        view.gossip(state(1, 3, -5), START);
        assertThat(view.reachableSlots("peer", START)).isEqualTo(1);
    }

    @Test
    void aNodeThatLostAJobIsNotReachableForThreeSecondsUnlessItDoesAnother() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.failed("peer", Meshes.job(1).key(), START);
        assertThat(view.reachableSlots("peer", START)).isZero();
        assertThat(view.reachableSlots("peer", START.plusMillis(2999))).isZero();
        assertThat(view.reachableSlots("peer", START.plusSeconds(3))).isEqualTo(8);
        view.dispatched("peer", Meshes.job(2), START);
        view.answered("peer", Meshes.job(2).key(), state(1, 2, 7), START);
        view.finished("peer", state(1, 3, 8), START.plusSeconds(1));
        assertThat(view.reachableSlots("peer", START.plusSeconds(1))).isEqualTo(8);
    }

    @Test
    void oldInformationFadesTowardsHalfFullWithAHalfLifeOfTwoSeconds() {
        view.gossip(state(1, 1, 8), START);
        assertThat(peer(START.plusSeconds(2)).freeSlots()).isEqualTo(8);
        assertThat(peer(START.plusSeconds(4)).freeSlots()).isCloseTo(6, within(1e-9));
        assertThat(peer(START.plusSeconds(6)).freeSlots()).isCloseTo(5, within(1e-9));
        assertThat(peer(START.plusSeconds(600)).freeSlots()).isCloseTo(4, within(1e-9));
    }

    @Test
    void aNodeFullOfOwnJobsDoesNotFadeToHalfFull() {
        for (int i = 1; i <= 8; i++) {
            view.dispatched("peer", Meshes.job(i), START);
            view.answered("peer", Meshes.job(i).key(), state(1, i, 8 - i), START);
        }
        assertThat(peer(START.plusSeconds(600)).freeSlots()).isCloseTo(0, within(1e-9));
        view.finished("peer", state(1, 9, 1), START);
        assertThat(peer(START.plusSeconds(600)).freeSlots()).isCloseTo(1, within(1e-9));
    }

    @Test
    void theSameStateSaidAgainIsFreshAgain() {
        view.gossip(state(1, 1, 8), START);
        view.gossip(state(1, 1, 8), START.plusSeconds(60));
        assertThat(peer(START.plusSeconds(61)).freeSlots()).isEqualTo(8);
    }

    @Test
    void aNodeThatRefusedIsClosedUntilItHasMoreFreeSlots() {
        view.gossip(state(1, 1, 2), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.refused("peer", Meshes.job(1).key(), state(1, 2, -2), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.CLOSED);
        view.gossip(state(1, 3, -1), START);
        assertThat(peer(START).openness()).isNotEqualTo(OfferGate.CLOSED);
    }

    @Test
    void aRefusalIsForgottenAfterSomeTime() {
        view.refused("peer", Meshes.job(1).key(), state(1, 2, -2), START);
        assertThat(peer(START.plusMillis(1900)).openness()).isEqualTo(OfferGate.CLOSED);
        assertThat(peer(START.plusMillis(2100)).openness()).isNotEqualTo(OfferGate.CLOSED);
    }

    @Test
    void aQuarterOfTheSlotsMayBeOfferedForWithoutAnAnswer() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.OPEN);
        view.dispatched("peer", Meshes.job(2), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.AWAITED);
        view.answered("peer", Meshes.job(1).key(), state(1, 2, 7), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.OPEN);
    }

    @Test
    void aDistantFullNodeThatIsKnownByHearsayIsNotAskedForAPlaceInItsQueue() {
        view.gossip(state(1, 1, 0), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.OPEN);
        view.measured("peer", Duration.ofMillis(30), 1e6);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.CLOSED);
        view.gossip(state(1, 2, 1), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.OPEN);
    }

    @Test
    void nobodyWaitsForTheAnswersOfANodeThatIsSilentForTwoSeconds() {
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        view.dispatched("peer", Meshes.job(2), START.plusMillis(500));
        assertThat(peer(START.plusMillis(1900)).openness()).isEqualTo(OfferGate.AWAITED);
        assertThat(peer(START.plusMillis(2100)).openness()).isEqualTo(OfferGate.CLOSED);
        view.answered("peer", Meshes.job(1).key(), state(1, 2, 7), START.plusMillis(2200));
        assertThat(peer(START.plusMillis(2200)).openness()).isEqualTo(OfferGate.OPEN);
    }

    @Test
    void theSubmitterItselfIsNeverClosedForWhatItHasChosenItselfFor() {
        view.described(new NodeProfile("peer", true, new NodeSpec("x86_64", 2, 1, Set.of()), Set.of("gcc"), false));
        view.gossip(state(1, 1, 2), START);
        view.dispatched("peer", Meshes.job(1), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.OPEN);
        assertThat(peer(START).freeSlots()).isEqualTo(1);
        assertThat(peer(START.plusSeconds(5)).openness()).isEqualTo(OfferGate.OPEN);
    }

    @Test
    void whoHasJobsOnAFullNodeWaitsForTheirEndsNotForHearsay() {
        view.answered("peer", Meshes.job(1).key(), state(1, 1, 0), START);
        assertThat(peer(START).openness()).isNotEqualTo(OfferGate.CLOSED);
        view.gossip(state(1, 2, 0), START);
        assertThat(peer(START).openness()).isEqualTo(OfferGate.CLOSED);
        view.finished("peer", state(1, 3, 0), START);
        assertThat(peer(START).openness()).isNotEqualTo(OfferGate.CLOSED);
    }

    @Test
    void failuresLowerTheSuccessRateAndTimeRestoresIt() {
        view.failed("peer", Meshes.job(1).key(), START);
        assertThat(peer(START).successRate()).isCloseTo(0.5, within(1e-6));
        assertThat(peer(START.plusSeconds(10)).successRate()).isCloseTo(0.75, within(1e-6));
        assertThat(peer(START.plusSeconds(3600)).successRate()).isCloseTo(1, within(1e-6));
    }

    @Test
    void jobsThatFailTogetherCountAsOneFailure() {
        for (int job = 1; job <= 8; job++) {
            view.failed("peer", Meshes.job(job).key(), START.plusMillis(job));
        }
        assertThat(peer(START.plusMillis(8)).successRate()).isCloseTo(0.5, within(0.01));
        assertThat(peer(START.plusMillis(8)).pause()).isEqualTo(Duration.ofMillis(493));
        assertThat(peer(START.plusMillis(501)).pause()).isZero();
    }

    /** Fails {@code times} jobs, each as soon as the node may have one. */
    private Instant failing(int times) {
        Instant now = START;
        for (int i = 0; i < times; i++) {
            view.failed("peer", "job " + i, now);
            now = now.plus(peer(now).pause());
        }
        return now;
    }

    @Test
    void aNodeThatFailsAgainAndAgainHasEverLongerPausesUpToHalfAMinute() {
        assertThat(Duration.between(START, failing(3))).isEqualTo(Duration.ofMillis(500 + 1000 + 2000));
        view.finished("peer", state(1, 1, 8), START);
        assertThat(Duration.between(START, failing(8))).isEqualTo(Duration.ofMillis(31_500 + 30_000 + 30_000));
    }

    @Test
    void aNodeThatFailedThreeTimesRunningIsTriedWithOneJobAtATime() {
        Instant now = failing(3);
        view.gossip(state(1, 1, 8), now);
        assertThat(peer(now).openness()).isNotEqualTo(OfferGate.CLOSED);
        view.dispatched("peer", Meshes.job(1), now);
        view.answered("peer", Meshes.job(1).key(), state(1, 2, 7), now);
        assertThat(peer(now).openness()).isEqualTo(OfferGate.CLOSED);
        view.finished("peer", state(1, 3, 8), now);
        assertThat(peer(now).openness()).isNotEqualTo(OfferGate.CLOSED);
    }

    @Test
    void aSuccessEndsAPause() {
        view.failed("peer", Meshes.job(1).key(), START);
        view.finished("peer", state(1, 1, 8), START);
        assertThat(peer(START).pause()).isZero();
        assertThat(peer(START).successRate()).isCloseTo(0.75, within(1e-6));
    }

    @Test
    void aNodeThatStartsAnewIsAsGoodAsAny() {
        view.gossip(state(1, 1, 8), START);
        Instant now = failing(9);
        view.failed("peer", "another", now);
        view.gossip(state(2, 1, 8), now);
        assertThat(peer(now).pause()).isZero();
        assertThat(peer(now).successRate()).isEqualTo(1);
    }

    @Test
    void whatIsSaidOfAnUnknownNodeIsIgnored() {
        view.left("peer");
        view.gossip(state(1, 1, 8), START);
        view.dispatched("peer", Meshes.job(1), START);
        assertThat(view.view(START).nodes()).isEmpty();
    }
}
