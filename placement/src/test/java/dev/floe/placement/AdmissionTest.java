package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.placement.Admission.Decision;
import dev.floe.placement.Admission.Load;
import dev.floe.placement.Admission.Reason;
import dev.floe.placement.Admission.Request;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long GIB = 1L << 30;
    private static final Request SMALL = new Request(GIB, Duration.ofMillis(1), Duration.ofMillis(5), 0);

    private static Load load(int slots, int running, int queued, int submitters) {
        return new Load(slots, running, queued, Duration.ofSeconds(2L * queued), Duration.ofSeconds(2), 1, 8 * GIB, GIB,
                submitters, false);
    }

    @Test
    void acceptsWhileASlotIsFree() {
        assertThat(Admission.decide(load(8, 7, 0, 1), SMALL)).isEqualTo(new Decision.Accept());
    }

    @Test
    void queuesOneJobAheadAndTellsTheWait() {
        assertThat(Admission.decide(load(8, 8, 0, 1), SMALL)).isEqualTo(new Decision.Queue(Duration.ofMillis(250)));
        assertThat(Admission.decide(load(8, 8, 1, 1), SMALL)).isEqualTo(new Decision.Refuse(Reason.FULL));
    }

    @Test
    void queuesAsManyAsEndWhileInputsTravelUpToAQuarterOfTheSlots() {
        assertThat(Admission.placesAhead(16, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(2), 1))
                .isEqualTo(3);
        assertThat(Admission.placesAhead(16, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(2), 2))
                .isEqualTo(4);
        assertThat(Admission.placesAhead(16, Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(2), 1))
                .isEqualTo(4);
        assertThat(Admission.placesAhead(5, Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(2), 1))
                .isEqualTo(2);
        assertThat(Admission.placesAhead(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2), 1)).isEqualTo(1);
    }

    @Test
    void refusesWhatWouldTakeTheReserveOfMemory() {
        Request large = new Request(7 * GIB + 1, Duration.ZERO, Duration.ZERO, 0);
        assertThat(Admission.decide(load(8, 0, 0, 1), large)).isEqualTo(new Decision.Refuse(Reason.MEMORY));
        assertThat(Admission.decide(load(8, 0, 0, 1), new Request(7 * GIB, Duration.ZERO, Duration.ZERO, 0)))
                .isEqualTo(new Decision.Accept());
    }

    @Test
    void leavesPlacesAheadToSubmittersThatHoldLess() {
        Request greedy = new Request(GIB, Duration.ZERO, Duration.ZERO, 5);
        Request modest = new Request(GIB, Duration.ZERO, Duration.ZERO, 4);
        assertThat(Admission.decide(load(8, 8, 0, 2), greedy)).isEqualTo(new Decision.Refuse(Reason.FAIR_SHARE));
        assertThat(Admission.decide(load(8, 8, 0, 2), modest)).isInstanceOf(Decision.Queue.class);
        assertThat(Admission.decide(load(8, 7, 0, 2), greedy)).as("a free slot is for anyone")
                .isEqualTo(new Decision.Accept());
    }

    @Test
    void refusesWithoutSlotsAndWhenDraining() {
        assertThat(Admission.decide(load(0, 0, 0, 1), SMALL)).isEqualTo(new Decision.Refuse(Reason.NO_SLOTS));
        Load draining = new Load(8, 0, 0, Duration.ZERO, Duration.ofSeconds(2), 1, 8 * GIB, GIB, 1, true);
        assertThat(Admission.decide(draining, SMALL)).isEqualTo(new Decision.Refuse(Reason.DRAINING));
    }
}
