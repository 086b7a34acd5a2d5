package dev.floe.node.mesh.transport;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.GmsImpl;

/**
 * JGroups' group membership, whose coordinator orders the members by who can be reached ({@link
 * ReachableFirstPolicy}), and lets another one coordinate when others cannot connect to it.
 *
 * <p>It always sends whole lists of members. Of a list of who has come and gone, each member would make the whole one
 * by its own policy.
 */
final class HandOverGms extends GMS {
    /** Beside the types of {@link GmsImpl.Request}. */
    private static final int HAND_OVER = 1000;

    private final Predicate<Address> unreachable;
    private final Consumer<Address> onHandOver;

    /**
     * @param unreachable whether others cannot connect to a member; asked on the group's threads
     * @param onHandOver told who coordinates now, if not this node any more
     */
    HandOverGms(Predicate<Address> unreachable, Consumer<Address> onHandOver) {
        this.unreachable = unreachable;
        this.onHandOver = onHandOver;
        setId(ClassConfigurator.getProtocolId(GMS.class)); // its messages are those of the class above
        useDeltaViews(false);
        setMembershipChangePolicy(new ReachableFirstPolicy(unreachable, this::coordinates));
    }

    private boolean coordinates() {
        View now = view();
        return now != null && now.getCoord().equals(local_addr);
    }

    /**
     * If this node coordinates the group although others cannot connect to it, lets another member coordinate. That
     * waits for what the coordinator is doing: of two lists made at once, a joiner may have the one and the others the
     * other.
     */
    void handOver() {
        if (coordinates() && unreachable.test(local_addr)) {
            getViewHandler().add(new GmsImpl.Request(HAND_OVER));
        }
    }

    @Override
    protected void process(Collection<GmsImpl.Request> requests) {
        if (requests.stream().anyMatch(request -> request.getType() == HAND_OVER)) {
            installHandOver();
        } else {
            super.process(requests);
        }
    }

    private void installHandOver() {
        View now = view();
        if (!coordinates() || now.getMembers().stream().allMatch(unreachable)) {
            return;
        }
        View next = getNextView(List.of(), List.of(), List.of());
        if (next != null && !next.getCoord().equals(local_addr)) {
            castViewChangeAndSendJoinRsps(next, null, next.getMembers(), null, null);
            onHandOver.accept(next.getCoord());
        }
    }
}
