package dev.floe.node.top.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchedMesh;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;

final class SlotBarTest {
    private static final int DESK = 0;
    private static final int PC2 = 2;

    private static String bar(int node, int columns) {
        TopModel model = MeshFixture.model();
        MeshMember member = model.mesh().orElseThrow().nodes().get(node);
        return SlotBar.of(member, model.running(), model.marks(), columns).toString();
    }

    @Test
    void aLetterIsAJobOfItsSubmitterAndACapitalOneIsLocal() {
        assertThat(bar(DESK, 40)).isEqualTo("[Ab......]");
    }

    @Test
    void aJobOfWhichNothingIsKnownIsAPlus() {
        assertThat(bar(PC2, 40)).isEqualTo("[a+....]");
    }

    @Test
    void aJobThatWaitsForASlotHasNoMark() {
        MeshMember desk = MeshFixture.model().mesh().orElseThrow().nodes().get(DESK);
        MeshMember small = new MeshMember(new WatchedMesh.MemberIdentity(desk.name(), true, ""), desk.machine(),
                new WatchedMesh.SlotCounts(1, 1, 1), desk.condition(), desk.submitted(), desk.executed());
        assertThat(SlotBar.of(small, MeshFixture.model().running(), MeshFixture.model().marks(), 40))
                .hasToString("[A]");
    }

    @Test
    void moreSlotsThanColumnsAreScaled() {
        assertThat(bar(DESK, 6)).isEqualTo("{A...}");
        assertThat(bar(DESK, 10)).isEqualTo("[Ab......]");
        assertThat(bar(DESK, 2)).isEqualTo("{}");
        assertThat(bar(DESK, 0)).isEqualTo("{}");
    }
}
