package dev.floe.node.mesh.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.BoundedList;
import org.jgroups.util.ByteArray;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;

import dev.floe.node.mesh.security.HostPort;

/**
 * Finds members by asking the addresses that the mesh is known to have been at: seeds, remembered peers, and those who
 * asked this node. Speaks as {@link TCPPING}, but each host is looked up again every time, since a board may start
 * before its network, and each on a thread of its own, so that one which is gone holds nobody up.
 */
final class SeedDiscovery extends Discovery {
    private static final int MAX_ASKERS = 32;
    /**
     * How often each address is asked while a node looks for its group. Nodes that start at the same moment would
     * refuse the only question, and each would begin a group of its own.
     */
    private static final int QUESTIONS = 5;

    private final Supplier<? extends Collection<HostPort>> known;
    private final FailedJoinAttempts attempts;
    /** The latest that asked this node; they know members that this one does not. */
    private final BoundedList<PhysicalAddress> askers = new BoundedList<>(MAX_ASKERS);
    /** Those that asked while this node was no member yet; under its own lock. */
    private final Map<Address, PingData> joiners = new LinkedHashMap<>();

    SeedDiscovery(Supplier<? extends Collection<HostPort>> known, FailedJoinAttempts attempts) {
        this.known = known;
        this.attempts = attempts;
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        // Who is asked may be the only one who knows where a third member is: two groups merge through one address.
        returnEntireCache(true);
        num_discovery_runs = QUESTIONS;
    }

    /**
     * True until it starts, so that the transport takes port 0 for any; then false, so that the coordinator tells each
     * joiner where all others are (JGRP-1903).
     */
    @Override
    public boolean isDynamic() {
        return timer == null;
    }

    @Override
    public void discoveryRequestReceived(Address sender, String name, PhysicalAddress address) {
        if (address != null) {
            askers.addIfAbsent(address);
            if (!is_server) {
                introduce(new PingData(sender, false, name, address));
            }
        }
    }

    /**
     * Tells a node that starts together with this one which others do. Of nodes without a group the one with the lowest
     * address begins it, so all must know the same ones; some know only the address of this node.
     */
    private void introduce(PingData joiner) {
        List<PingData> others;
        synchronized (joiners) {
            others = joiners.values().stream().filter(other -> !other.getAddress().equals(joiner.getAddress()))
                    .toList();
            if (joiners.size() < MAX_ASKERS) {
                joiners.put(joiner.getAddress(), joiner);
            }
        }
        if (!others.isEmpty()) {
            sendDiscoveryResponse(others, joiner.getAddress());
        }
    }

    @Override
    protected void findMembers(List<Address> members, boolean initial, Responses responses) {
        PhysicalAddress self = (PhysicalAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        PingData data = new PingData(local_addr, false, NameCache.get(local_addr), self);
        if (members != null && members.size() <= max_members_in_discovery_request) {
            data.mbrs(members);
        }
        ByteArray body = marshal(data);
        PingHeader header = new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(cluster_name).initialDiscovery(initial);
        Set<PhysicalAddress> asked = ConcurrentHashMap.newKeySet();
        asked.add(self);
        for (PhysicalAddress asker : askers) {
            timer.execute(() -> ask(asker, asked, header, body), true);
        }
        for (HostPort host : known.get()) {
            timer.execute(() -> ask(host, asked, header, body), true);
        }
    }

    private void ask(HostPort host, Set<PhysicalAddress> asked, PingHeader header, ByteArray body) {
        try {
            ask(new IpAddress(InetAddress.getByName(host.host()), host.port()), asked, header, body);
        } catch (UnknownHostException e) {
            attempts.failed(host.toString(), e);
        }
    }

    private void ask(PhysicalAddress address, Set<PhysicalAddress> asked, PingHeader header, ByteArray body) {
        if (asked.add(address)) {
            down_prot.down(new BytesMessage(address).setFlag(Message.Flag.DONT_BUNDLE, Message.Flag.OOB)
                    .setFlag(Message.TransientFlag.DONT_LOOPBACK).putHeader(id, header).setArray(body));
        }
    }
}
