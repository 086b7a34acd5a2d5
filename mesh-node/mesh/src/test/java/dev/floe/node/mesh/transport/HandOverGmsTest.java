package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.Responses;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members of one group whose opinions on who can be reached differ. */
final class HandOverGmsTest {
    /** A node that searches in the moment between two coordinators begins a group of its own. */
    private static final GroupTimeouts.MergeInterval QUICK = new GroupTimeouts.MergeInterval(Duration.ofMillis(300),
            Duration.ofMillis(900));

    private final List<JChannel> channels = new ArrayList<>();
    private final List<Address> handedTo = new CopyOnWriteArrayList<>();
    private final Set<Address> unreachableForFirst = ConcurrentHashMap.newKeySet();
    private final Set<Address> unreachableForOthers = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() {
        channels.reversed().forEach(JChannel::close);
    }

    private JChannel join(String name) throws Exception {
        Set<Address> unreachable = channels.isEmpty() ? unreachableForFirst : unreachableForOthers;
        HandOverGms membership = new HandOverGms(unreachable::contains, handedTo::add);
        membership.printLocalAddress(false);
        JChannel channel = new JChannel(new SHARED_LOOPBACK(), new SHARED_LOOPBACK_PING(),
                new LossAwareMerge(QUICK, membership::rename), new NAKACK2(), new UNICAST3(), new STABLE(), membership);
        channels.add(channel);
        channel.setName(name);
        channel.connect("hand-over");
        return channel;
    }

    private static void handOver(JChannel channel) {
        membership(channel).handOver();
    }

    private void awaitSame() {
        await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(channels).allSatisfy(channel -> {
            View view = channel.getView();
            assertThat(view.getViewId()).isEqualTo(channels.getFirst().getView().getViewId());
            assertThat(view.getMembers()).hasSameSizeAs(channels)
                    .isEqualTo(channels.getFirst().getView().getMembers());
        }));
    }

    @Test
    void membersThatDifferHaveOneOrder() throws Exception {
        Address first = join("first").getAddress();
        join("second");
        unreachableForOthers.add(first);
        for (int i = 0; i < 4; i++) {
            join("more-" + i);
            awaitSame();
            assertThat(channels.getLast().getView().getCoord()).isEqualTo(first);
        }
    }

    @Test
    void membersThatDifferAgreeOnTheNextCoordinator() throws Exception {
        join("first");
        Address second = join("second").getAddress();
        join("third");
        join("fourth");
        unreachableForOthers.add(second);
        channels.removeFirst().close();
        awaitSame();
    }

    @Test
    void handsOverWhileOthersJoin() throws Exception {
        JChannel first = join("first");
        join("second");
        Thread leading = Thread.ofPlatform().start(() -> {
            unreachableForFirst.add(first.getAddress());
            handOver(first);
        });
        join("third");
        leading.join();
        awaitSame();
        assertThat(first.getView().getCoord()).isNotEqualTo(first.getAddress());
        assertThat(handedTo).hasSizeLessThanOrEqualTo(1); // the third's join may have done it
    }

    @Test
    void keepsTheGroupIfNobodyCanBeReached() throws Exception {
        JChannel first = join("first");
        unreachableForFirst.addAll(List.of(first.getAddress(), join("second").getAddress()));
        handOver(first);
        assertThat(first.getView().getCoord()).isEqualTo(first.getAddress());
        assertThat(handedTo).isEmpty();
    }

    @Test
    void keepsTheGroupIfItCanBeReached() throws Exception {
        JChannel first = join("first");
        join("second");
        handOver(first);
        assertThat(first.getView().getCoord()).isEqualTo(first.getAddress());
        assertThat(handedTo).isEmpty();
    }

    /** JGroups takes the two for one, whatever members they have. */
    @Test
    void twoViewsOfOneNameBecomeOne() throws Exception {
        JChannel first = join("first");
        join("second");
        awaitSame();
        View shared = first.getView();
        JChannel third = join("third");
        awaitSame();
        membership(first).installView(new View(viewId(first, 7), shared.getMembers()));
        membership(channels.get(1)).installView(new View(viewId(first, 7), shared.getMembers()));
        membership(third).installView(new View(viewId(first, 7), List.of(first.getAddress(), third.getAddress())));
        awaitSame();
    }

    private static ViewId viewId(JChannel creator, long id) {
        return new ViewId(creator.getAddress(), id);
    }

    private static HandOverGms membership(JChannel channel) {
        return (HandOverGms) channel.getProtocolStack().<GMS>findProtocol(GMS.class);
    }

    @Test
    void aGroupWhoseCoordinatorDoesNotAnswerDoesNotMerge() {
        Address desk = new UUID(0, 1);
        Address attic = new UUID(0, 2);
        Address laptop = new UUID(0, 3);
        View house = new View(desk, 4, List.of(desk, attic));
        View alone = new View(laptop, 0, List.of(laptop));
        assertThat(HandOverGms.withCoordinators(Map.of(attic, house, laptop, alone))).isEqualTo(Map.of(laptop, alone));
        Map<Address, View> all = Map.of(desk, house, attic, house, laptop, alone);
        assertThat(HandOverGms.withCoordinators(all)).isEqualTo(all);
    }

    /** A joiner that believes that a certain member coordinates. */
    private static final class Misled extends Protocol {
        private final Address coordinator;

        Misled(Address coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        public @Nullable Object down(Event event) {
            if (event.getType() != Event.FIND_INITIAL_MBRS) {
                return down_prot.down(event);
            }
            Responses found = new Responses(1, false);
            found.addResponse(new PingData(coordinator, true).coord(true), true);
            return found;
        }
    }

    @Test
    void aRequestToJoinThatReachesAnotherMemberIsPassedOn() throws Exception {
        join("first");
        Address second = join("second").getAddress();
        HandOverGms membership = new HandOverGms(unreachableForOthers::contains, handedTo::add);
        membership.setJoinTimeout(Duration.ofMinutes(2).toMillis()).setMaxJoinAttempts(2).printLocalAddress(false);
        JChannel third = new JChannel(new SHARED_LOOPBACK(), new SHARED_LOOPBACK_PING(), new Misled(second),
                new NAKACK2(), new UNICAST3(), new STABLE(), membership);
        channels.add(third);
        third.connect("hand-over");
        assertThat(third.getView().getMembers()).hasSize(3);
    }
}
