package dev.floe.node.mesh.transport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.jgroups.Address;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.MembershipChangePolicy;

/**
 * The order of the group's members: as JGroups has it, but those to whom others cannot connect come last. The first
 * member coordinates the group, and whoever joins must be able to connect to it.
 *
 * <p>Who cannot be reached differs from member to member, and members that order one view differently have two
 * coordinators. So only the coordinator orders the members by it, and sends the whole list. Who follows a coordinator
 * that is gone is decided by the order that all have.
 */
final class ReachableFirstPolicy implements MembershipChangePolicy {
    private final MembershipChangePolicy usual = new GMS.DefaultMembershipPolicy();
    private final Predicate<Address> unreachable;
    private final BooleanSupplier coordinates;

    /**
     * @param unreachable whether others cannot connect to a member; asked on the group's threads
     * @param coordinates whether this node coordinates the group
     */
    ReachableFirstPolicy(Predicate<Address> unreachable, BooleanSupplier coordinates) {
        this.unreachable = unreachable;
        this.coordinates = coordinates;
    }

    @Override
    public List<Address> getNewMembership(Collection<Address> current, Collection<Address> joiners,
            Collection<Address> leavers, Collection<Address> suspects) {
        List<Address> members = usual.getNewMembership(current, joiners, leavers, suspects);
        boolean first = coordinates.getAsBoolean();
        return first && !isGone(current, leavers, suspects) ? reachableFirst(members) : members;
    }

    /** Whether the first member goes. */
    private static boolean isGone(Collection<Address> current, Collection<Address> leavers,
            Collection<Address> suspects) {
        return current.stream().limit(1).anyMatch(first -> leavers.contains(first) || suspects.contains(first));
    }

    /** After a merge; the member that leads it sends the whole list too. */
    @Override
    public List<Address> getNewMembership(Collection<Collection<Address>> subviews) {
        return reachableFirst(usual.getNewMembership(subviews));
    }

    private List<Address> reachableFirst(List<Address> members) {
        List<Address> first = new ArrayList<>();
        List<Address> last = new ArrayList<>();
        members.forEach(member -> (unreachable.test(member) ? last : first).add(member));
        first.addAll(last);
        return first;
    }
}
