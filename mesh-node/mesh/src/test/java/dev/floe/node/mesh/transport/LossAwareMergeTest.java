package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class LossAwareMergeTest {
    private static final Address DESK = new UUID(0, 1);
    private static final Address ATTIC = new UUID(0, 2);
    private static final Address LAPTOP = new UUID(0, 3);
    /** The desk has dropped the laptop. */
    private static final View OWN = new View(DESK, 4, List.of(DESK, ATTIC));

    @Test
    void anotherViewOfOneCoordinatorIsOnItsWayToAMember() {
        assertThat(LossAwareMerge.isUnderWay(ATTIC, new ViewId(DESK, 3), OWN)).isTrue();
        assertThat(LossAwareMerge.isUnderWay(ATTIC, new ViewId(DESK, 5), OWN)).isTrue();
    }

    @Test
    void whoWasDroppedIsInAnotherGroup() {
        assertThat(LossAwareMerge.isUnderWay(LAPTOP, new ViewId(DESK, 3), OWN)).isFalse();
    }

    @Test
    void whoHasAnotherCoordinatorIsInAnotherGroup() {
        assertThat(LossAwareMerge.isUnderWay(ATTIC, new ViewId(ATTIC, 4), OWN)).isFalse();
    }

    @Test
    void allMembersOfALargeGroupSearchAsOftenAsAllOfASmallOne() {
        assertThat(LossAwareMerge.ofMember(LossAwareMerge.FAST, 1)).isEqualTo(LossAwareMerge.FAST);
        assertThat(LossAwareMerge.ofMember(LossAwareMerge.FAST, 4)).isEqualTo(LossAwareMerge.FAST);
        assertThat(LossAwareMerge.ofMember(LossAwareMerge.FAST, 40)).isEqualTo(
                new GroupTimeouts.MergeInterval(Duration.ofSeconds(5), Duration.ofSeconds(15)));
    }
}
