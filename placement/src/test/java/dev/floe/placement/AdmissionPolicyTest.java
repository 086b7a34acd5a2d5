package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.floe.placement.AdmissionPolicy.AdmissionDecision;
import dev.floe.placement.AdmissionPolicy.AdmissionRequest;
import dev.floe.placement.AdmissionPolicy.ExecutorLoad;
import dev.floe.placement.AdmissionPolicy.MemoryRoom;
import dev.floe.placement.AdmissionPolicy.QueuedWork;
import dev.floe.placement.AdmissionPolicy.RejectionReason;
import dev.floe.placement.AdmissionPolicy.SlotLoad;

class AdmissionPolicyTest {
    private static final long GIB = 1L << 30;
    private static final AdmissionRequest SMALL = new AdmissionRequest(GIB, Duration.ofMillis(6), 0);

    private static ExecutorLoad load(int slots, int running, int queued, int submitters) {
        return new ExecutorLoad(new SlotLoad(slots, running, queued),
                new QueuedWork(Duration.ofSeconds(2L * queued), Duration.ofSeconds(2), 1), new MemoryRoom(8 * GIB, GIB),
                submitters, false);
    }

    @Test
    void acceptsWhileASlotIsFree() {
        assertThat(AdmissionPolicy.decide(load(8, 7, 0, 1), SMALL)).isEqualTo(new AdmissionDecision.Accept());
    }

    @Test
    void queuesOneJobAheadAndTellsTheWait() {
        assertThat(AdmissionPolicy.decide(load(8, 8, 0, 1), SMALL))
                .isEqualTo(new AdmissionDecision.Queue(Duration.ofMillis(250)));
        assertThat(AdmissionPolicy.decide(load(8, 8, 1, 1), SMALL))
                .isEqualTo(new AdmissionDecision.Refuse(RejectionReason.FULL));
    }

    @Test
    void queuesAsManyAsEndWhileInputsTravelUpToAQuarterOfTheSlots() {
        assertThat(AdmissionPolicy.placesAhead(16, 0.3, 2)).isEqualTo(3);
        assertThat(AdmissionPolicy.placesAhead(16, 0.3, 1)).isEqualTo(4);
        assertThat(AdmissionPolicy.placesAhead(16, 60, 2)).isEqualTo(4);
        assertThat(AdmissionPolicy.placesAhead(5, 60, 2)).isEqualTo(2);
        assertThat(AdmissionPolicy.placesAhead(1, 0, 2)).isEqualTo(1);
    }

    @Test
    void refusesWhatWouldTakeTheReserveOfMemory() {
        AdmissionRequest large = new AdmissionRequest(7 * GIB + 1, Duration.ZERO, 0);
        assertThat(AdmissionPolicy.decide(load(8, 0, 0, 1), large))
                .isEqualTo(new AdmissionDecision.Refuse(RejectionReason.MEMORY));
        assertThat(AdmissionPolicy.decide(load(8, 0, 0, 1),
                new AdmissionRequest(7 * GIB, Duration.ZERO, 0)))
                .isEqualTo(new AdmissionDecision.Accept());
    }

    @Test
    void leavesPlacesAheadToSubmittersThatHoldLess() {
        AdmissionRequest greedy = new AdmissionRequest(GIB, Duration.ZERO, 5);
        AdmissionRequest modest = new AdmissionRequest(GIB, Duration.ZERO, 4);
        assertThat(AdmissionPolicy.decide(load(8, 8, 0, 2), greedy))
                .isEqualTo(new AdmissionDecision.Refuse(RejectionReason.FAIR_SHARE));
        assertThat(AdmissionPolicy.decide(load(8, 8, 0, 2), modest)).isInstanceOf(AdmissionDecision.Queue.class);
        assertThat(AdmissionPolicy.decide(load(8, 7, 0, 2), greedy)).as("a free slot is for anyone")
                .isEqualTo(new AdmissionDecision.Accept());
    }

    @Test
    void refusesWithoutSlotsAndWhenDraining() {
        assertThat(AdmissionPolicy.decide(load(0, 0, 0, 1), SMALL))
                .isEqualTo(new AdmissionDecision.Refuse(RejectionReason.NO_SLOTS));
        ExecutorLoad draining = new ExecutorLoad(new SlotLoad(8, 0, 0),
                new QueuedWork(Duration.ZERO, Duration.ofSeconds(2), 1), new MemoryRoom(8 * GIB, GIB), 1, true);
        assertThat(AdmissionPolicy.decide(draining, SMALL))
                .isEqualTo(new AdmissionDecision.Refuse(RejectionReason.DRAINING));
    }
}
