package dev.floe.node.mesh.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.BoundedList;
import org.jgroups.util.ByteArray;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.security.HostPort;

/**
 * Finds members by asking the addresses that the mesh is known to have been at: seeds, remembered peers, and those who
 * asked this node. Speaks as {@link TCPPING}, but each host is looked up again every time, since a board may start
 * before its network, and each on a thread of its own, so that one which is gone holds nobody up.
 */
final class SeedDiscovery extends Discovery {
    private static final Logger LOG = LogManager.getLogger(SeedDiscovery.class);
    private static final int MAX_ASKERS = 32;
    /** How often each address is asked while a node searches for its group. */
    private static final Duration QUESTION_INTERVAL = Duration.ofMillis(150);
    /** A node that began a group asks again after these times, for those who start a little later than it did. */
    private static final List<Long> LATER_QUESTION_MILLIS = List.of(300L, 700L, 1500L, 3000L);

    private final Supplier<? extends Collection<HostPort>> known;
    private final FailedJoinAttempts attempts;
    private final JoinWindow window;
    /** The latest that asked this node; they know members that this one does not. */
    private final BoundedList<PhysicalAddress> askers = new BoundedList<>(MAX_ASKERS);
    private final SearchAnswers answers = new SearchAnswers();
    /** Those that asked while this node was no member yet; under its own lock. */
    private final Map<Address, PingData> joiners = new LinkedHashMap<>();
    SeedDiscovery(Supplier<? extends Collection<HostPort>> known, FailedJoinAttempts attempts, JoinWindow window) {
        this.known = known;
        this.attempts = attempts;
        this.window = window;
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        // Who is asked may be the only one who knows where a third member is: two groups merge through one address.
        returnEntireCache(true);
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
            window.reached(FailureTrackingTcp.text(address), System.nanoTime());
            if (!is_server) {
                introduce(new PingData(sender, false, name, address));
            }
        }
    }

    /** A node searches the LAN. */
    void receiveSearch(PingData searcher) {
        discoveryRequestReceived(searcher.getAddress(), searcher.getLogicalName(), searcher.getPhysicalAddr());
        addResponse(searcher, false);
    }

    /** Searches until a member has answered or the {@link JoinWindow} is over; blocks the thread that joins. */
    @Override
    public Responses findMembers(List<Address> members, boolean initial, boolean async, long timeout) {
        if (!initial) {
            return super.findMembers(members, false, async, timeout);
        }
        window.begin(System.nanoTime());
        answers.beginSearch();
        Responses found = super.findMembers(members, true, async, timeout);
        long asked = System.nanoTime();
        long now = asked;
        while (!answers.hasCoordinatorAnswered(found)
                && window.remainingNanos(now, SearchAnswers.isFirst(found, local_addr)) > 0 && answers.await()) {
            now = System.nanoTime();
            if (now - asked >= QUESTION_INTERVAL.toNanos()) {
                callFindMembersInAllDiscoveryProtocols(null, true, found);
                asked = now;
            }
        }
        window.end();
        answers.endSearch(found);
        return found.done();
    }

    @Override
    protected void handleDiscoveryResponse(List<PingData> members, Address sender) {
        super.handleDiscoveryResponse(members, sender);
        if (is_server || members == null) {
            return;
        }
        answers.add(sender);
        window.answered(sender, System.nanoTime());
        for (PingData member : members) {
            PhysicalAddress address = member.getPhysicalAddr();
            if (member.isCoord() && address != null && !answers.contains(member.getAddress())) {
                timer.execute(() -> ask(address, question(null, true)), true);
            }
        }
        answers.wakeSearch();
    }

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.CONNECT || event.getType() == Event.CONNECT_WITH_STATE_TRANSFER) {
            answers.beginJoin();
        }
        Object result = super.down(event);
        if (event.getType() == Event.BECOME_SERVER && is_coord) {
            announceGroup();
        }
        return result;
    }

    /** Tells those who search that there is a group now. */
    private void announceGroup() {
        List<Address> searching;
        synchronized (joiners) {
            searching = List.copyOf(joiners.keySet());
        }
        searching.forEach(each -> sendDiscoveryResponse(List.of(self()), each));
        for (long millis : LATER_QUESTION_MILLIS) {
            timer.schedule(() -> findMembers(null, false, new Responses(false)), millis, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * A node that was killed and starts again has its old address, with which the old one is still a member, perhaps
     * the coordinator. One port has one process: the old member is gone, which the others would notice after seconds.
     */
    @Override
    protected Object handle(PingHeader header, Message message) {
        Object result = super.handle(header, message);
        if (header.type() == PingHeader.GET_MBRS_REQ && header.initialDiscovery()) {
            List<Address> gone = predecessors(message.getSrc());
            if (!gone.isEmpty() && getProtocolStack().findProtocol(GMS.class) instanceof GMS membership) {
                LOG.debug("a node starts again at its address; gone={}", gone);
                membership.up(new Event(Event.SUSPECT, gone));
            }
        }
        return result;
    }

    /** Members that had the address of a node that searches. */
    private List<Address> predecessors(Address searcher) {
        View members = view;
        Object address = physical(searcher);
        return members == null || address == null || members.containsMember(searcher)
                ? List.of()
                : members.getMembers().stream().filter(member -> address.equals(physical(member))).toList();
    }

    /**
     * Does not name members that are gone because the asker has their address. A member that searches for other groups
     * knows the members of this one.
     */
    @Override
    protected void sendDiscoveryResponse(List<PingData> members, Address asker) {
        View now = view;
        if (now != null && now.size() > 1 && now.containsMember(asker)) {
            super.sendDiscoveryResponse(List.of(self()), asker);
            return;
        }
        List<Address> gone = predecessors(asker);
        super.sendDiscoveryResponse(members.stream().filter(member -> !gone.contains(member.getAddress())).toList(),
                asker);
    }

    private @Nullable PhysicalAddress physical(Address member) {
        return (PhysicalAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, member));
    }

    private PingData self() {
        return new PingData(local_addr, is_server, NameCache.get(local_addr), physical(local_addr)).coord(is_coord);
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
            if (joiners.size() < MAX_ASKERS && joiners.put(joiner.getAddress(), joiner) == null) {
                window.found(System.nanoTime());
            }
        }
        if (!others.isEmpty()) {
            sendDiscoveryResponse(others, joiner.getAddress());
        }
    }

    @Override
    protected void findMembers(@Nullable List<Address> members, boolean initial, Responses responses) {
        Question question = question(members, initial);
        if (!initial) {
            question.asked().addAll(known(view));
        }
        for (PhysicalAddress asker : askers) {
            window.asked(FailureTrackingTcp.text(asker));
            timer.execute(() -> ask(asker, question), true);
        }
        for (HostPort host : known.get()) {
            window.asked(host.toString());
            timer.execute(() -> ask(host, question), true);
        }
    }

    /**
     * The addresses of the members, which are not asked for other groups: each would answer each. Now and then they
     * are, because a member may have another view of the group.
     */
    private Set<PhysicalAddress> known(@Nullable View members) {
        if (members == null || ThreadLocalRandom.current().nextInt(members.size()) == 0) {
            return Set.of();
        }
        return members.getMembers().stream().map(this::physical).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private Question question(@Nullable List<Address> members, boolean initial) {
        PingData data = self();
        if (members != null && members.size() <= max_members_in_discovery_request) {
            data.mbrs(members);
        }
        PingHeader header = new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(cluster_name).initialDiscovery(initial);
        return new Question(data.getPhysicalAddr(), header, marshal(data), ConcurrentHashMap.newKeySet());
    }

    /** What this node asks, and whom it has asked. */
    private record Question(PhysicalAddress self, PingHeader header, ByteArray body, Set<PhysicalAddress> asked) {}

    private void ask(HostPort host, Question question) {
        try {
            IpAddress address = new IpAddress(InetAddress.getByName(host.host()), host.port());
            window.resolved(host.toString(), FailureTrackingTcp.text(address), address.equals(question.self()));
            ask(address, question);
        } catch (UnknownHostException e) {
            window.failed(host.toString());
            attempts.failed(host.toString(), e);
        }
    }

    private void ask(PhysicalAddress address, Question question) {
        if (!address.equals(question.self()) && question.asked().add(address)) {
            down_prot.down(new BytesMessage(address).setFlag(Message.Flag.DONT_BUNDLE, Message.Flag.OOB)
                    .setFlag(Message.TransientFlag.DONT_LOOPBACK).putHeader(id, question.header())
                    .setArray(question.body()));
        }
    }
}
