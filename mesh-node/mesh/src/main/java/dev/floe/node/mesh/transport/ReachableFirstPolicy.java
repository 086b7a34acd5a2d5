package dev.floe.node.mesh.transport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import org.jgroups.Address;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.MembershipChangePolicy;

/**
 * The order of the group's members: as JGroups has it, but those to whom others cannot connect come last. The first
 * member coordinates the group, and whoever joins must be able to connect to it.
 */
final class ReachableFirstPolicy implements MembershipChangePolicy {
    private final MembershipChangePolicy usual = new GMS.DefaultMembershipPolicy();
    private final Predicate<Address> unreachable;

    /** @param unreachable whether others cannot connect to a member; asked on the group's threads */
    ReachableFirstPolicy(Predicate<Address> unreachable) {
        this.unreachable = unreachable;
    }

    @Override
    public List<Address> getNewMembership(Collection<Address> current, Collection<Address> joiners,
            Collection<Address> leavers, Collection<Address> suspects) {
        return reachableFirst(usual.getNewMembership(current, joiners, leavers, suspects));
    }

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
