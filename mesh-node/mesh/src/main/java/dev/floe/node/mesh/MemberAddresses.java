package dev.floe.node.mesh;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.transport.ChannelConfigurator;

/** At which addresses the members of the group listen for each other, as the group's channel knows them. */
final class MemberAddresses {
    private final @Nullable ChannelConfigurator link;

    /** @param link null for a mesh of this node alone, which has no addresses */
    MemberAddresses(@Nullable ChannelConfigurator link) {
        this.link = link;
    }

    /** Empty for a mesh of this node alone, and before the start. */
    Optional<JChannel> channel() {
        return link == null ? Optional.empty() : link.channel();
    }

    /** That of this node. */
    Optional<InetSocketAddress> own() {
        return channel().flatMap(channel -> physical(channel, channel.getAddress()));
    }

    /** Those of the other members. */
    List<HostPort> others() {
        List<HostPort> others = new ArrayList<>();
        JChannel channel = channel().orElse(null);
        if (channel != null && channel.getView() != null) {
            for (Address member : channel.getView().getMembers()) {
                if (!member.equals(channel.getAddress())) {
                    physical(channel, member).ifPresent(address -> others
                            .add(new HostPort(address.getAddress().getHostAddress(), address.getPort())));
                }
            }
        }
        return others;
    }

    /** Those of members that this node has not heard lately, although they are in the group. */
    Set<InetSocketAddress> silent() {
        Set<InetSocketAddress> silent = new HashSet<>();
        JChannel channel = channel().orElse(null);
        if (link != null && channel != null) {
            link.silentMembers().forEach(member -> physical(channel, member).ifPresent(silent::add));
        }
        return silent;
    }

    private static Optional<InetSocketAddress> physical(JChannel channel, Address member) {
        return channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, member)) instanceof IpAddress ip
                ? Optional.of(new InetSocketAddress(ip.getIpAddress(), ip.getPort()))
                : Optional.empty();
    }
}
