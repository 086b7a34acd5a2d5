package dev.floe.node.membership;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.membership.DoorClient;
import dev.floe.node.mesh.membership.InvitationRecord;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.store.FailureText;

/**
 * This node's part in the membership of the mesh: makes invitations, rotates the key and sends rotations to the others,
 * and asks at the door of others for rotations that it has missed. Thread-safe.
 */
public final class MembershipService implements AutoCloseable {
    /** Where peers send rotations. */
    public static final String PATH = "/rotation";

    private static final Logger LOG = LogManager.getLogger(MembershipService.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PUSH = Duration.ofSeconds(3);
    private static final Duration ASK = Duration.ofMillis(1500);
    /** A node that is in touch with others asks once in so many intervals, in case it has missed something. */
    private static final int SELDOM = 12;
    private static final int MAX_ROTATION = 1 << 20;
    private static final int MAX_ASKED = 8;
    private static final int MAX_PORT = 65_535;
    /** So many digits of a key name a member. */
    private static final int MIN_DIGITS = 8;

    private final MeshTrust trust;
    private final MeshGroup group;
    private final PeerConnections connections;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile String expelled = ""; // what the door has said; empty if it has not
    private TimeoutScheduler.@Nullable Cancellable timer; // set by start
    private long refusalsSeen; // the timer's own, as the next
    private int ticks;

    public MembershipService(MeshTrust trust, MeshGroup group, PeerConnections connections) {
        this.trust = trust;
        this.group = group;
        this.connections = connections;
    }

    /** Begins to learn who is a member, and to ask for rotations. */
    public void start(TimeoutScheduler timeouts) {
        group.onChange(this::learn);
        learn(group.roster());
        timer = timeouts.every(INTERVAL, this::tick);
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.close();
        }
    }

    private void learn(Roster roster) {
        for (Peer peer : roster.peers()) {
            if (!peer.info().nodeKey().isEmpty()) {
                trust.addMember(peer.info().nodeKey(), peer.info().name());
            }
        }
    }

    private void tick() {
        long refusals = group.refusals().count();
        boolean alone = group.roster().others().isEmpty();
        if (alone || refusals != refusalsSeen || ++ticks % SELDOM == 0) {
            refusalsSeen = refusals;
            Thread.ofVirtual().name("floe-catch-up").start(this::catchUp);
        }
    }

    /** Makes an invitation. */
    public Invitation invite(Duration valid, int uses, boolean writer) {
        Set<HostPort> addresses = new LinkedHashSet<>();
        Roster roster = group.roster();
        roster.peers().stream().filter(Peer::self).forEach(self -> addresses.add(address(self.info())));
        roster.others().forEach(peer -> addresses.add(address(peer.info())));
        Invitation invitation = Invitation.create(trust.key().publicKey(), List.copyOf(addresses));
        group.invitations().add(new InvitationRecord(invitation.publicHalf(), trust.key().id(),
                Instant.now().plus(valid).toEpochMilli(), uses, List.of(), writer, trust.nodeName()));
        LOG.info("invitation={} uses={} hours={} writer={}", invitation.id(), uses, valid.toHours(), writer);
        return invitation;
    }

    private static HostPort address(NodeInfo node) {
        return new HostPort(node.host(), node.dataPort());
    }

    /** What became of a rotation. */
    public record Rotated(String keyId, Set<String> told, Map<String, String> untold, Set<String> away) {}

    /** A member as this node knows it; {@code present} is empty if it is away. */
    public record Member(String nodeKey, String name, String present) {}

    /** All members with keys of their own that this node knows, in the order of their names. */
    public List<Member> members() {
        Map<String, String> present = new TreeMap<>();
        group.roster().peers().forEach(peer -> present.put(peer.info().nodeKey(), address(peer.info()).toString()));
        Map<String, String> known = new TreeMap<>(trust.members());
        known.put(trust.nodeKey().id(), trust.nodeName());
        List<Member> members = new ArrayList<>();
        known.forEach((key, name) -> members.add(new Member(key, name, present.getOrDefault(key, ""))));
        members.sort((one, other) -> (one.name() + one.nodeKey()).compareTo(other.name() + other.nodeKey()));
        return members;
    }

    /** The names of members without keys of their own, which a rotation excludes. */
    public Set<String> keyless() {
        Set<String> names = new TreeSet<>();
        group.roster().peers().stream().filter(peer -> peer.info().nodeKey().isEmpty())
                .forEach(peer -> names.add(peer.info().name()));
        return names;
    }

    public String keyId() {
        return trust.key().id();
    }

    /**
     * Rotates the key.
     *
     * @param excluded names, or the first digits of node keys, of members that are refused from now on
     * @throws IOException if there is no such member
     */
    public Rotated rotate(Collection<String> excluded) throws IOException {
        Set<String> refused = new TreeSet<>();
        for (String name : excluded) {
            Set<String> keys = new TreeSet<>();
            members().stream().filter(it -> it.name().equals(name)
                    || name.length() >= MIN_DIGITS && it.nodeKey().startsWith(name))
                    .forEach(it -> keys.add(it.nodeKey()));
            if (keys.isEmpty() && !keyless().contains(name)) {
                throw new IOException("no member is called " + name + "; floe mesh members lists them");
            }
            refused.addAll(keys);
        }
        Map<String, String> proofs = new TreeMap<>();
        List<NodeInfo> others = new ArrayList<>();
        for (Peer peer : group.roster().others()) {
            proofs.put(peer.info().nodeKey(), peer.info().writerProof());
            if (!peer.info().nodeKey().isEmpty() && !refused.contains(peer.info().nodeKey())) {
                others.add(peer.info());
            }
        }
        proofs.remove("");
        byte[] rotation;
        try {
            rotation = trust.rotate(refused, proofs);
        } catch (IllegalArgumentException e) {
            throw new IOException(FailureText.of(e), e);
        }
        return push(rotation, others);
    }

    private Rotated push(byte[] rotation, List<NodeInfo> others) {
        Map<String, String> failures = new ConcurrentHashMap<>();
        Set<String> told = ConcurrentHashMap.newKeySet();
        CountDownLatch left = new CountDownLatch(others.size());
        for (NodeInfo node : others) {
            Thread.ofVirtual().name("floe-rotation-" + node.name()).start(() -> {
                try {
                    send(rotation, node);
                    told.add(node.name());
                } catch (IOException e) {
                    failures.put(node.name(), FailureText.of(e));
                    LOG.warn("rotation not sent node={} reason=\"{}\": it asks for it", node.name(),
                            FailureText.of(e));
                } finally {
                    left.countDown();
                }
            });
        }
        try {
            if (!left.await(PUSH.toMillis(), TimeUnit.MILLISECONDS)) {
                others.stream().map(NodeInfo::name).filter(name -> !told.contains(name))
                        .forEach(name -> failures.putIfAbsent(name, "no answer yet"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Set<String> away = new TreeSet<>();
        members().stream().filter(it -> it.present().isEmpty()).forEach(it -> away.add(it.name()));
        return new Rotated(keyId(), new TreeSet<>(told), new TreeMap<>(failures), away);
    }

    private void send(byte[] rotation, NodeInfo node) throws IOException {
        try (PeerStream stream = connections.open(new InetSocketAddress(node.host(), node.dataPort()),
                PeerConnections.ConnectionClass.JOBS, PATH)) {
            DataOutputStream out = new DataOutputStream(stream.output());
            out.writeInt(rotation.length);
            out.write(rotation);
            stream.output().close();
            new DataInputStream(stream.input()).readByte();
        }
    }

    /** Takes a rotation that a peer has made. */
    public void serve(PeerStream exchange) throws IOException {
        DataInputStream in = new DataInputStream(exchange.input());
        int length = in.readInt();
        if (length < 0 || length > MAX_ROTATION) {
            throw new IOException(exchange.peer() + ": a rotation of " + length + " bytes is refused");
        }
        trust.apply(in.readNBytes(length));
        exchange.output().write(1);
        exchange.output().close();
    }

    /**
     * Asks members for rotations that this node has missed, all at once, and waits for the first that has some, or a
     * moment.
     */
    public void catchUp() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        try {
            List<HostPort> doors = doors();
            CountDownLatch end = new CountDownLatch(doors.size());
            for (HostPort member : doors) {
                Thread.ofVirtual().name("floe-catch-up-" + member).start(() -> {
                    try {
                        ask(member);
                    } finally {
                        end.countDown();
                    }
                });
            }
            if (!end.await(ASK.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("some members have not answered yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asking.set(false);
        }
    }

    /** The data ports of members; each is the one behind the group's. */
    private List<HostPort> doors() {
        Set<HostPort> doors = new LinkedHashSet<>();
        group.roster().others().forEach(peer -> doors.add(address(peer.info())));
        if (doors.isEmpty()) {
            group.knownPeers().stream().filter(peer -> peer.port() < MAX_PORT)
                    .forEach(peer -> doors.add(new HostPort(peer.host(), peer.port() + 1)));
        }
        group.roster().peers().stream().filter(Peer::self).forEach(self -> doors.remove(address(self.info())));
        return doors.stream().limit(MAX_ASKED).toList();
    }

    private void ask(HostPort member) {
        try {
            for (byte[] rotation : new DoorClient(trust.nodeKey(), trust.nodeName()).rotations(member, keyId())) {
                trust.apply(rotation);
            }
            expelled = "";
        } catch (DoorClient.RefusedException e) {
            if (expelled.isEmpty()) {
                LOG.warn(
                        "this node is refused reason=\"{}\": to come back it needs another key: remove node.key in the "
                                + "data directory, and join with an invitation",
                        FailureText.of(e));
            }
            expelled = FailureText.of(e);
        } catch (IOException e) {
            LOG.debug("not asked for rotations member={} reason=\"{}\"", member, FailureText.of(e));
        }
    }
}
