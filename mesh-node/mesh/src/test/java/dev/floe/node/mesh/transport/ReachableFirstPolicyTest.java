package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class ReachableFirstPolicyTest {
    private static final Address LAPTOP = new UUID(0, 1);
    private static final Address DESK = new UUID(0, 2);
    private static final Address ATTIC = new UUID(0, 3);

    private final ReachableFirstPolicy policy = new ReachableFirstPolicy(Set.of(LAPTOP)::contains, () -> true);

    @Test
    void aNodeThatNobodyCanConnectToDoesNotCoordinateAfterAJoin() {
        assertThat(policy.getNewMembership(List.of(LAPTOP), List.of(DESK), List.of(), List.of()))
                .containsExactly(DESK, LAPTOP);
    }

    @Test
    void allMembersNameTheSameSuccessorWhateverTheyKnow() {
        for (boolean coordinates : new boolean[]{true, false}) {
            ReachableFirstPolicy informed = new ReachableFirstPolicy(Set.of(LAPTOP)::contains, () -> coordinates);
            ReachableFirstPolicy other = new ReachableFirstPolicy(Set.of(ATTIC)::contains, () -> coordinates);
            List<Address> members = List.of(DESK, LAPTOP, ATTIC);
            assertThat(informed.getNewMembership(members, List.of(), List.of(DESK), List.of()))
                    .isEqualTo(other.getNewMembership(members, List.of(), List.of(DESK), List.of()))
                    .isEqualTo(informed.getNewMembership(members, List.of(), List.of(), List.of(DESK)))
                    .containsExactly(LAPTOP, ATTIC);
        }
    }

    @Test
    void onlyTheCoordinatorOrdersTheMembers() {
        ReachableFirstPolicy participant = new ReachableFirstPolicy(Set.of(LAPTOP)::contains, () -> false);
        assertThat(participant.getNewMembership(List.of(LAPTOP, ATTIC), List.of(DESK), List.of(), List.of()))
                .containsExactly(LAPTOP, ATTIC, DESK);
    }

    @Test
    void itDoesNotCoordinateAfterAMerge() {
        assertThat(policy.getNewMembership(List.of(List.of(LAPTOP), List.of(DESK, ATTIC))))
                .containsExactly(DESK, ATTIC, LAPTOP);
    }

    @Test
    void theOthersKeepTheirOrder() {
        assertThat(policy.getNewMembership(List.of(ATTIC, DESK), List.of(), List.of(), List.of()))
                .containsExactly(ATTIC, DESK);
    }

    @Test
    void itCoordinatesAGroupOfItself() {
        assertThat(policy.getNewMembership(List.of(LAPTOP), List.of(), List.of(), List.of())).containsExactly(LAPTOP);
    }
}
