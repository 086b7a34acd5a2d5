package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.transport.HeartbeatFailureDetection.HeartbeatGroup;

/** Who sends heartbeats to whom. */
final class HeartbeatGroupTest {
    private static final int MANY = 50;

    private static List<Address> members(int count) {
        return Stream.generate(() -> (Address) UUID.randomUUID()).limit(count).toList();
    }

    private static Set<Address> receivers(List<Address> members, Address self) {
        return HeartbeatGroup.of(members, self).receivers(self, _ -> false);
    }

    @Test
    void allOfASmallGroupWatchEachOther() {
        List<Address> members = members(HeartbeatFailureDetection.SMALL_GROUP);
        for (Address self : members) {
            assertThat(receivers(members, self)).hasSize(members.size() - 1).doesNotContain(self);
            assertThat(HeartbeatGroup.of(members, self).watched()).hasSize(members.size() - 1);
        }
    }

    /** Whoever would drop a member hears it, and whoever is heard is watched: nobody is suspected for want of heartbeats. */
    @Test
    void aMemberSendsToWhoeverWatchesIt() {
        List<Address> members = members(MANY);
        for (Address sender : members) {
            for (Address watcher : members) {
                assertThat(HeartbeatGroup.of(members, watcher).watched().contains(sender))
                        .isEqualTo(receivers(members, sender).contains(watcher));
            }
        }
    }

    @Test
    void theFirstTwoAreWatchedByAllAndWatchAll() {
        List<Address> members = members(MANY);
        for (Address watcher : members.subList(0, 2)) {
            assertThat(HeartbeatGroup.of(members, watcher).watched()).hasSize(MANY - 1);
        }
        for (Address other : members.subList(2, MANY)) {
            assertThat(HeartbeatGroup.of(members, other).watched())
                    .containsExactlyInAnyOrderElementsOf(members.subList(0, 2));
        }
    }

    @Test
    void heartbeatsGrowWithTheMembers() {
        assertThat(heartbeats(100)).isLessThanOrEqualTo(2 * heartbeats(50) + 8).isLessThan(4 * 100);
    }

    private static int heartbeats(int count) {
        List<Address> members = members(count);
        return members.stream().mapToInt(self -> receivers(members, self).size()).sum();
    }

    /** Release 0.1.0 drops who sends it no heartbeats. */
    @Test
    void membersOfAnOlderReleaseGetThemFromAll() {
        List<Address> members = members(MANY);
        Set<Address> old = new HashSet<>(members.subList(20, 23));
        for (Address self : members) {
            assertThat(HeartbeatGroup.of(members, self).receivers(self, old::contains))
                    .containsAll(old.stream().filter(each -> !each.equals(self)).toList()).doesNotContain(self);
        }
    }
}
