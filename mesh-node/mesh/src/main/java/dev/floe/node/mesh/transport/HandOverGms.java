package dev.floe.node.mesh.transport;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.GmsImpl;
import org.jspecify.annotations.Nullable;

/**
 * JGroups' group membership, whose coordinator orders the members by who can be reached ({@link
 * ReachableFirstPolicy}), and lets another one coordinate when others cannot connect to it.
 *
 * <p>Groups merge with their coordinators. JGroups would take single members out of a group whose coordinator does not
 * answer, while that goes on to make lists of members. Two lists may then have one name, and are the same for JGroups:
 * each half keeps its own for ever. Should that happen nevertheless, the coordinator gives its list a new name.
 *
 * <p>It always sends whole lists of members. Of a list of who has come and gone, each member would make the whole one
 * by its own policy.
 */
final class HandOverGms extends GMS {
    /** Beside the types of {@link GmsImpl.Request}. */
    private static final int HAND_OVER = 1000;
    private static final int RENAME = 1001;
    private static final int RENEW = 1002;

    private final Predicate<Address> unreachable;
    private final Consumer<Address> onHandOver;
    private volatile @Nullable ViewId contested; // the name of two views, the last that was seen

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

    /**
     * A node that is not in the view of this one has another view of the same name: gives this one another, if this
     * node coordinates and still has it.
     */
    void rename(ViewId name) {
        contested = name;
        if (coordinates()) {
            getViewHandler().add(new GmsImpl.Request(RENAME));
        }
    }

    /** Installs a view with the same members, if this node coordinates. */
    void renew() {
        if (coordinates()) {
            getViewHandler().add(new GmsImpl.Request(RENEW));
        }
    }

    @Override
    public @Nullable Object up(Event event) {
        if (event.getType() != Event.MERGE) {
            return super.up(event);
        }
        Map<Address, View> views = withCoordinators(event.getArg());
        return views.size() < 2 ? null : super.up(new Event(Event.MERGE, views));
    }

    /**
     * Passes a request to join on to the member that coordinates now. JGroups drops it, and the joiner, whom the last
     * coordinator or another member has told who coordinates, waits for its whole timeout.
     */
    @Override
    protected @Nullable Object handle(GmsHeader header, Message message) {
        View now = view();
        if (now == null || coordinates() || !isFromJoiner(header, message)) {
            return super.handle(header, message);
        }
        down_prot.down(new BytesMessage(now.getCoord()).setFlag(Message.Flag.OOB)
                .putHeader(id, new GmsHeader(GmsHeader.JOIN_REQ, message.getSrc())));
        return null;
    }

    /** Not one that has been passed on: those of two members that differ in who coordinates would go in circles. */
    private static boolean isFromJoiner(GmsHeader header, Message message) {
        return header.getType() == GmsHeader.JOIN_REQ && Objects.equals(header.getMember(), message.getSrc());
    }

    /** Leaves out the groups whose coordinators have not answered. */
    static Map<Address, View> withCoordinators(Map<Address, View> answers) {
        Map<Address, View> views = new HashMap<>(answers);
        views.values().removeIf(view -> !answers.containsKey(view.getCreator()));
        return views;
    }

    @Override
    protected void process(Collection<GmsImpl.Request> requests) {
        switch (requests.stream().mapToInt(GmsImpl.Request::getType).max().orElse(0)) {
            case HAND_OVER -> installHandOver();
            case RENAME -> {
                if (coordinates() && view().getViewId().equals(contested)) {
                    installRenewed();
                }
            }
            case RENEW -> installRenewed();
            default -> super.process(requests);
        }
    }

    private void installHandOver() {
        View now = view();
        if (!coordinates() || now.getMembers().stream().allMatch(unreachable)) {
            return;
        }
        View next = getNextView(List.of(), List.of(), List.of());
        if (next != null && !next.getCoord().equals(local_addr)) {
            install(next);
        }
    }

    private void installRenewed() {
        View next = coordinates() ? getNextView(List.of(), List.of(), List.of()) : null;
        if (next != null) {
            install(next);
        }
    }

    private void install(View next) {
        castViewChangeAndSendJoinRsps(next, null, next.getMembers(), null, null);
        if (!next.getCoord().equals(local_addr)) {
            onHandOver.accept(next.getCoord());
        }
    }
}
