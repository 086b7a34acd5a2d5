package dev.floe.node.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.placement.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LedgerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long PLENTY = 1L << 40;

    private final AtomicLong nanos = new AtomicLong(-5);
    private final Ledger ledger = new Ledger(nanos::get);

    private Ledger.Entry enter(String submitter, Slots.Use use) {
        return ledger.enter(submitter, () -> use, SECOND, 1 << 20, PLENTY, 1 << 20, false);
    }

    /** A place whose job stands in line, or runs, from now on. */
    private Ledger.Place admitted(String submitter, Slots.Use use) {
        Ledger.Place place = ((Ledger.Entry.Admitted) enter(submitter, use)).place();
        place.arrive();
        return place;
    }

    @Test
    void acceptsWhileASlotIsFreeThenAFewAheadThenNone() {
        List<Duration> waits = new ArrayList<>();
        Ledger.Entry entry = enter("a", new Slots.Use(4, 0, 0));
        while (entry instanceof Ledger.Entry.Admitted admitted) {
            waits.add(admitted.expectedWait());
            admitted.place().arrive();
            entry = enter("a", new Slots.Use(4, Math.min(4, waits.size()), Math.max(0, waits.size() - 4)));
        }
        assertThat(entry).isEqualTo(new Ledger.Entry.Refused(Admission.Reason.FULL));
        assertThat(waits).hasSize(5);
        assertThat(waits.subList(0, 4)).containsOnly(Duration.ZERO);
        assertThat(waits.getLast()).isPositive();
    }

    @Test
    void countsOffersThatHaveNotReachedTheSlotsYet() {
        Slots.Use before = new Slots.Use(2, 0, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(enter("a", before)).isInstanceOf(Ledger.Entry.Admitted.class);
        }
        assertThat(enter("a", before)).isInstanceOf(Ledger.Entry.Refused.class);
    }

    @Test
    void tellsOfPlacesWhoseJobsHaveNotReachedTheSlots() {
        Slots.Use oneRuns = new Slots.Use(2, 1, 0);
        Ledger.Place coming = ((Ledger.Entry.Admitted) enter("a", oneRuns)).place();
        assertThat(ledger.use(() -> oneRuns)).isEqualTo(new Slots.Use(2, 2, 0));
        Ledger.Place ahead = ((Ledger.Entry.Admitted) enter("a", oneRuns)).place();
        assertThat(ledger.use(() -> oneRuns)).isEqualTo(new Slots.Use(2, 2, 1));
        coming.arrive();
        coming.arrive();
        assertThat(ledger.use(() -> new Slots.Use(2, 2, 0))).isEqualTo(new Slots.Use(2, 2, 1));
        ahead.close();
        ahead.close();
        coming.close();
        assertThat(ledger.use(() -> oneRuns)).isEqualTo(oneRuns);
    }

    @Test
    void refusesANodeWhoseInputsDidNotComeForAWhile() {
        ledger.stalled("a");
        assertThat(ledger.isStalled("a")).isTrue();
        assertThat(ledger.isStalled("b")).isFalse();
        nanos.addAndGet(SECOND.multipliedBy(10).toNanos() - 1);
        assertThat(ledger.isStalled("a")).isTrue();
        nanos.addAndGet(1);
        assertThat(ledger.isStalled("a")).isFalse();
    }

    @Test
    void countsLocalCompilesToo() {
        assertThat(enter("a", new Slots.Use(2, 2, 3))).isEqualTo(new Ledger.Entry.Refused(Admission.Reason.FULL));
    }

    @Test
    void leavesPlacesToSubmittersThatHoldFewer() {
        for (int i = 0; i < 8; i++) {
            assertThat(admitted(i < 6 ? "a" : "b", new Slots.Use(8, i, 0))).isNotNull();
        }
        assertThat(enter("a", new Slots.Use(8, 8, 0))).isEqualTo(new Ledger.Entry.Refused(Admission.Reason.FAIR_SHARE));
        assertThat(enter("b", new Slots.Use(8, 8, 0))).isInstanceOf(Ledger.Entry.Admitted.class);
    }

    @Test
    void refusesWithoutSlotsOrMemoryAndWhenLeaving() {
        assertThat(enter("a", new Slots.Use(0, 0, 0))).isEqualTo(new Ledger.Entry.Refused(Admission.Reason.NO_SLOTS));
        assertThat(ledger.enter("a", () -> new Slots.Use(1, 0, 0), SECOND, 100, 150, 60, false))
                .isEqualTo(new Ledger.Entry.Refused(Admission.Reason.MEMORY));
        assertThat(ledger.enter("a", () -> new Slots.Use(1, 0, 0), SECOND, 0, PLENTY, 0, true))
                .isEqualTo(new Ledger.Entry.Refused(Admission.Reason.DRAINING));
        assertThat(ledger.promised()).isZero();
    }

    @Test
    void promisesTheTimeOfJobsAheadThatHaveNotBegun() {
        ledger.ran(Duration.ZERO); // so that more than one is accepted ahead
        Slots.Use full = new Slots.Use(8, 8, 0);
        Ledger.Place running = admitted("a", new Slots.Use(8, 7, 0));
        assertThat(ledger.promised()).isZero();
        running.close();
        Ledger.Place one = admitted("a", full);
        Ledger.Place other = admitted("b", full);
        assertThat(ledger.promised()).isEqualTo(SECOND.multipliedBy(2));
        one.begin();
        one.begin();
        assertThat(ledger.promised()).isEqualTo(SECOND);
        one.close();
        other.close();
        other.close();
        assertThat(ledger.promised()).isZero();
    }

    @Test
    void isEmptyWhenAllPlacesAreGivenBackHoweverOften() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Ledger.Place> places = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                if (random.nextBoolean() || places.isEmpty()) {
                    if (enter("s" + random.nextInt(4), new Slots.Use(8, Math.min(8, places.size()),
                            0)) instanceof Ledger.Entry.Admitted admitted) {
                        admitted.place().arrive();
                        places.add(admitted.place());
                    }
                } else {
                    Ledger.Place place = places.remove(random.nextInt(places.size()));
                    if (random.nextBoolean()) {
                        place.begin();
                    }
                    place.close();
                    place.close();
                    ledger.ran(Duration.ofMillis(random.nextInt(5000)));
                }
                assertThat(ledger.promised()).as("seed %d", seed).isBetween(Duration.ZERO,
                        SECOND.multipliedBy(places.size()));
            }
            places.forEach(Ledger.Place::close);
            assertThat(ledger.promised()).as("seed %d", seed).isZero();
            Ledger.Place again = admitted("a", new Slots.Use(1, 0, 0));
            again.close();
        }
    }

    @Test
    void ownJobsOnTheirWayLeaveLessRoomForLocalCommandsAndForeignOnesDoNot() {
        Ledger.Place local = ledger.enterOwn("a", true);
        Ledger.Place background = ledger.enterOwn("a", false);
        admitted("b", new Slots.Use(4, 0, 0));
        assertThat(ledger.roomForLocal(() -> 4)).isEqualTo(3);
        local.arrive();
        background.close();
        assertThat(ledger.roomForLocal(() -> 3)).as("the slots count it now").isEqualTo(3);
    }
}
