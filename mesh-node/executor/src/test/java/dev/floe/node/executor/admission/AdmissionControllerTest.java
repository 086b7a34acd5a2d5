package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.floe.node.executor.admission.AdmissionController.OfferedJob;
import dev.floe.placement.AdmissionPolicy;

final class AdmissionControllerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long PLENTY = 1L << 40;

    private final AtomicLong nanos = new AtomicLong(-5);
    private SlotPool.SlotUsage slots = new SlotPool.SlotUsage(0, 0, 0);
    private int localRoom;
    private final AdmissionController admission = new AdmissionController(() -> slots, () -> localRoom, nanos::get);

    private AdmissionController.AdmissionResult enter(String submitter, SlotPool.SlotUsage use) {
        slots = use;
        return admission.admit(submitter, new OfferedJob(SECOND, 1 << 20, Duration.ZERO), PLENTY, 1 << 20, false);
    }

    private SlotPool.SlotUsage use(SlotPool.SlotUsage now) {
        slots = now;
        return admission.use();
    }

    /** A place whose job stands in line, or runs, from now on. */
    private AdmissionController.Reservation admitted(String submitter, SlotPool.SlotUsage use) {
        AdmissionController.Reservation place = ((AdmissionController.AdmissionResult.Admitted) enter(submitter, use))
                .place();
        place.enqueued();
        return place;
    }

    @Test
    void acceptsWhileASlotIsFreeThenAFewAheadThenNone() {
        List<Duration> waits = new ArrayList<>();
        AdmissionController.AdmissionResult entry = enter("a", new SlotPool.SlotUsage(4, 0, 0));
        while (entry instanceof AdmissionController.AdmissionResult.Admitted admitted) {
            waits.add(admitted.expectedWait());
            admitted.place().enqueued();
            entry = enter("a", new SlotPool.SlotUsage(4, Math.min(4, waits.size()), Math.max(0, waits.size() - 4)));
        }
        assertThat(entry)
                .isEqualTo(new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.FULL));
        assertThat(waits).hasSize(5);
        assertThat(waits.subList(0, 4)).containsOnly(Duration.ZERO);
        assertThat(waits.getLast()).isPositive();
    }

    @Test
    void countsOffersThatHaveNotReachedTheSlotsYet() {
        SlotPool.SlotUsage before = new SlotPool.SlotUsage(2, 0, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(enter("a", before)).isInstanceOf(AdmissionController.AdmissionResult.Admitted.class);
        }
        assertThat(enter("a", before)).isInstanceOf(AdmissionController.AdmissionResult.NotAdmitted.class);
    }

    @Test
    void tellsOfPlacesWhoseJobsHaveNotReachedTheSlots() {
        SlotPool.SlotUsage oneRuns = new SlotPool.SlotUsage(2, 1, 0);
        AdmissionController.Reservation coming = ((AdmissionController.AdmissionResult.Admitted) enter("a", oneRuns))
                .place();
        assertThat(use(oneRuns)).isEqualTo(new SlotPool.SlotUsage(2, 2, 0));
        AdmissionController.Reservation ahead = ((AdmissionController.AdmissionResult.Admitted) enter("a", oneRuns))
                .place();
        assertThat(use(oneRuns)).isEqualTo(new SlotPool.SlotUsage(2, 2, 1));
        coming.enqueued();
        coming.enqueued();
        assertThat(use(new SlotPool.SlotUsage(2, 2, 0))).isEqualTo(new SlotPool.SlotUsage(2, 2, 1));
        ahead.close();
        ahead.close();
        coming.close();
        assertThat(use(oneRuns)).isEqualTo(oneRuns);
    }

    @Test
    void refusesANodeWhoseInputsDidNotComeForAWhile() {
        admission.stalled("a");
        assertThat(admission.isStalled("a")).isTrue();
        assertThat(admission.isStalled("b")).isFalse();
        nanos.addAndGet(SECOND.multipliedBy(10).toNanos() - 1);
        assertThat(admission.isStalled("a")).isTrue();
        nanos.addAndGet(1);
        assertThat(admission.isStalled("a")).isFalse();
    }

    @Test
    void acceptsMoreAheadOfASubmitterThatIsFarAway() {
        slots = new SlotPool.SlotUsage(16, 16, 1);
        assertThat(admit("near", Duration.ofMillis(1)))
                .isEqualTo(new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.FULL));
        // With jobs of two seconds, 16 slots end a job every eighth of a second.
        assertThat(admit("far", Duration.ofMillis(300)))
                .isInstanceOf(AdmissionController.AdmissionResult.Admitted.class);
        assertThat(admit("far", Duration.ofMillis(300)))
                .isInstanceOf(AdmissionController.AdmissionResult.Admitted.class);
        assertThat(admit("far", Duration.ofMillis(300)))
                .isEqualTo(new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.FULL));
    }

    private AdmissionController.AdmissionResult admit(String submitter, Duration travel) {
        return admission.admit(submitter, new OfferedJob(SECOND, 1 << 20, travel), PLENTY, 1 << 20, false);
    }

    @Test
    void countsLocalCompilesToo() {
        assertThat(enter("a", new SlotPool.SlotUsage(2, 2, 3)))
                .isEqualTo(new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.FULL));
    }

    @Test
    void leavesPlacesToSubmittersThatHoldFewer() {
        for (int i = 0; i < 8; i++) {
            assertThat(admitted(i < 6 ? "a" : "b", new SlotPool.SlotUsage(8, i, 0))).isNotNull();
        }
        assertThat(enter("a", new SlotPool.SlotUsage(8, 8, 0))).isEqualTo(
                new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.FAIR_SHARE));
        assertThat(enter("b", new SlotPool.SlotUsage(8, 8, 0)))
                .isInstanceOf(AdmissionController.AdmissionResult.Admitted.class);
    }

    @Test
    void refusesWithoutSlotsOrMemoryAndWhenLeaving() {
        assertThat(enter("a", new SlotPool.SlotUsage(0, 0, 0))).isEqualTo(
                new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.NO_SLOTS));
        slots = new SlotPool.SlotUsage(1, 0, 0);
        assertThat(admission.admit("a", new OfferedJob(SECOND, 100, Duration.ZERO), 150, 60, false))
                .isEqualTo(new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.MEMORY));
        assertThat(admission.admit("a", new OfferedJob(SECOND, 0, Duration.ZERO), PLENTY, 0, true))
                .isEqualTo(
                        new AdmissionController.AdmissionResult.NotAdmitted(AdmissionPolicy.RejectionReason.DRAINING));
        assertThat(admission.queuedWork()).isZero();
    }

    @Test
    void promisesTheTimeOfJobsAheadThatHaveNotBegun() {
        admission.recordRunTime(Duration.ZERO); // so that more than one is accepted ahead
        SlotPool.SlotUsage full = new SlotPool.SlotUsage(8, 8, 0);
        AdmissionController.Reservation running = admitted("a", new SlotPool.SlotUsage(8, 7, 0));
        assertThat(admission.queuedWork()).isZero();
        running.close();
        AdmissionController.Reservation one = admitted("a", full);
        AdmissionController.Reservation other = admitted("b", full);
        assertThat(admission.queuedWork()).isEqualTo(SECOND.multipliedBy(2));
        one.started();
        one.started();
        assertThat(admission.queuedWork()).isEqualTo(SECOND);
        one.close();
        other.close();
        other.close();
        assertThat(admission.queuedWork()).isZero();
    }

    @Test
    void isEmptyWhenAllPlacesAreGivenBackHoweverOften() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<AdmissionController.Reservation> places = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                if (random.nextBoolean() || places.isEmpty()) {
                    if (enter("s" + random.nextInt(4), new SlotPool.SlotUsage(8, Math.min(8, places.size()),
                            0)) instanceof AdmissionController.AdmissionResult.Admitted admitted) {
                        admitted.place().enqueued();
                        places.add(admitted.place());
                    }
                } else {
                    AdmissionController.Reservation place = places.remove(random.nextInt(places.size()));
                    if (random.nextBoolean()) {
                        place.started();
                    }
                    place.close();
                    place.close();
                    admission.recordRunTime(Duration.ofMillis(random.nextInt(5000)));
                }
                assertThat(admission.queuedWork()).as("seed %d", seed).isBetween(Duration.ZERO,
                        SECOND.multipliedBy(places.size()));
            }
            places.forEach(AdmissionController.Reservation::close);
            assertThat(admission.queuedWork()).as("seed %d", seed).isZero();
            AdmissionController.Reservation again = admitted("a", new SlotPool.SlotUsage(1, 0, 0));
            again.close();
        }
    }

    @Test
    void ownJobsOnTheirWayLeaveLessRoomForLocalCommandsAndForeignOnesDoNot() {
        AdmissionController.Reservation local = admission.admitOwn("a", true);
        AdmissionController.Reservation background = admission.admitOwn("a", false);
        admitted("b", new SlotPool.SlotUsage(4, 0, 0));
        localRoom = 4;
        assertThat(admission.roomForLocal()).isEqualTo(3);
        local.enqueued();
        background.close();
        localRoom = 3;
        assertThat(admission.roomForLocal()).as("the slots count it now").isEqualTo(3);
    }
}
