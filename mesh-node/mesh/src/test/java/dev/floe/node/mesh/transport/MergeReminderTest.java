package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.MergeView;
import org.jgroups.View;
import org.jgroups.stack.Protocol;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class MergeReminderTest {
    private final List<Address> members = Stream.generate(() -> (Address) UUID.randomUUID()).limit(3).toList();
    private final List<View> passed = new ArrayList<>();
    private long now;
    private final List<Runnable> waiting = new ArrayList<>();
    private int renewals;
    private final MergeReminder reminder = new MergeReminder(Duration.ofSeconds(60), () -> now, waiting::add,
            () -> renewals++);

    MergeReminderTest() {
        reminder.setUpProtocol(new Protocol() {
            @Override
            public Object up(Event event) {
                passed.add(event.getArg());
                return "passed";
            }
        });
    }

    /** No other view comes for a while. */
    private void settle() {
        List<Runnable> tasks = List.copyOf(waiting);
        waiting.clear();
        tasks.forEach(Runnable::run);
    }

    private View install(View view) {
        assertThat(reminder.up(new Event(Event.VIEW_CHANGE, view))).isEqualTo("passed");
        return passed.getLast();
    }

    private View view(long id, int size) {
        return View.create(members.getFirst(), id, members.subList(0, size).toArray(Address[]::new));
    }

    private MergeView merge(long id) {
        return new MergeView(members.getFirst(), id, members, List.of(view(id - 1, 2), view(id - 2, 1)));
    }

    /** The third member is lost, and comes back by a merge. */
    private MergeView loseAndMerge() {
        install(view(1, 3));
        install(view(2, 2));
        MergeView merge = merge(5);
        assertThat((Object) install(merge)).isSameAs(merge);
        return merge;
    }

    @Test
    void nodesThatStartTogetherHaveLostNobody() {
        install(view(1, 1));
        install(merge(5));
        assertThat((Object) install(view(6, 2))).isNotInstanceOf(MergeView.class);
    }

    @Test
    void whoCameBackByAViewIsNotLost() {
        install(view(1, 3));
        install(view(2, 2));
        install(view(3, 3));
        install(merge(5));
        assertThat((Object) install(view(6, 2))).isNotInstanceOf(MergeView.class);
    }

    @Test
    void aMergeAfterAMergeThatBroughtSomebodyBackEndsNothing() {
        loseAndMerge();
        install(merge(6));
        assertThat((Object) install(view(7, 2))).isInstanceOf(MergeView.class);
    }

    @Test
    void withoutAMergeViewsPassAsTheyAre() {
        View plain = view(1, 3);
        assertThat((Object) install(plain)).isSameAs(plain);
    }

    @Test
    void aViewSoonAfterAMergeIsPresentedAsOne() {
        MergeView merge = loseAndMerge();
        now += TimeUnit.SECONDS.toNanos(59);
        View next = install(view(6, 2));
        assertThat((Object) next).isInstanceOf(MergeView.class);
        assertThat(next.getViewId().getId()).isEqualTo(6);
        assertThat(next.getMembers()).isEqualTo(members.subList(0, 2));
        assertThat(((MergeView) next).getSubgroups()).isEqualTo(merge.getSubgroups());
    }

    @Test
    void afterTheWindowAViewIsAView() {
        loseAndMerge();
        now += TimeUnit.SECONDS.toNanos(61);
        assertThat((Object) install(view(6, 2))).isNotInstanceOf(MergeView.class);
        now -= TimeUnit.SECONDS.toNanos(30);
        assertThat((Object) install(view(7, 2))).isNotInstanceOf(MergeView.class);
    }

    @Test
    void aNodeThatIsLeftAloneHasNobodyToAsk() {
        loseAndMerge();
        assertThat((Object) install(view(6, 1))).isNotInstanceOf(MergeView.class);
    }

    @Test
    void theCoordinatorMakesUpForAMergeThatMayHaveBeenSkipped() {
        reminder.addr(members.getFirst());
        install(view(1, 1));
        install(merge(5));
        install(view(6, 2));
        settle();
        assertThat(renewals).isEqualTo(1);
        View renewed = install(view(7, 2));
        assertThat((Object) renewed).isInstanceOf(MergeView.class);
        assertThat(renewed.getMembers()).isEqualTo(members.subList(0, 2));
        settle();
        assertThat(renewals).isEqualTo(1);
        assertThat((Object) install(view(8, 3))).isNotInstanceOf(MergeView.class);
    }

    @Test
    void aMergeThatWasNotFollowedIsNotRepeated() {
        reminder.addr(members.getFirst());
        install(view(1, 1));
        install(merge(5));
        settle();
        install(view(6, 2));
        settle();
        assertThat(renewals).isZero();
    }

    @Test
    void whoCoordinatesAgainMakesUpForWhatAnotherHasDone() {
        reminder.addr(members.getFirst());
        install(view(1, 2));
        install(View.create(members.get(1), 2, members.get(1), members.getFirst()));
        install(view(3, 2));
        settle();
        assertThat(renewals).isEqualTo(1);
    }

    @Test
    void onlyTheCoordinatorMakesUpForAMerge() {
        reminder.addr(members.get(1));
        install(view(1, 2));
        install(merge(5));
        install(view(6, 2));
        settle();
        assertThat(renewals).isZero();
    }
}
