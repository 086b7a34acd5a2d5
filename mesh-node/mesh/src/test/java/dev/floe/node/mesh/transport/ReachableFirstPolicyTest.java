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

    private final ReachableFirstPolicy policy = new ReachableFirstPolicy(Set.of(LAPTOP)::contains);

    @Test
    void aNodeThatNobodyCanConnectToDoesNotCoordinateAfterAJoin() {
        assertThat(policy.getNewMembership(List.of(LAPTOP), List.of(DESK), List.of(), List.of()))
                .containsExactly(DESK, LAPTOP);
    }

    @Test
    void itDoesNotSucceedACoordinatorThatLeft() {
        assertThat(policy.getNewMembership(List.of(DESK, LAPTOP, ATTIC), List.of(), List.of(DESK), List.of()))
                .containsExactly(ATTIC, LAPTOP);
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
