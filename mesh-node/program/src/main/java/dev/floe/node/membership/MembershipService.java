package dev.floe.node.membership;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.membership.InvitationRecord;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.membership.ProvenKeys;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.store.FailureText;

/**
 * This node's part in the membership of the mesh: makes invitations, knows the members, rotates the key, and asks for
 * rotations that it has missed. Thread-safe.
 */
public final class MembershipService implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(MembershipService.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** A node that is in touch with others asks once in so many intervals, in case it has missed something. */
    private static final int SELDOM = 12;
    /** So many digits of a key name a member. */
    private static final int MIN_DIGITS = 8;

    private final MeshTrust trust;
    private final ProvenKeys keys;
    private final MeshGroup group;
    private final MissedRotations missed;
    private final RotationExchange exchange;
    private TimeoutScheduler.@Nullable Cancellable timer; // set by start
    private volatile List<NodeInfo> learned = List.of(); // the records whose members the trust knows
    private final Object asking = new Object(); // guards the next two
    private boolean asked; // the nodes that are present, whom they know
    private Set<String> present = Set.of(); // the keys of those
    private long refusalsSeen; // the timer's own, as the next
    private int ticks;

    public MembershipService(MeshTrust trust, ProvenKeys keys, MeshGroup group, PeerConnections connections) {
        this.trust = trust;
        this.keys = keys;
        this.group = group;
        this.missed = new MissedRotations(trust, group);
        this.exchange = new RotationExchange(trust, connections, missed::request);
    }

    /** Begins to learn who is a member, and to ask for rotations. */
    public void start(TimeoutScheduler timeouts) {
        trust.onChange(() -> learned = List.of()); // a rotation names the members that stay
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

    /** What peers ask of this node. */
    public RotationExchange exchange() {
        return exchange;
    }

    /** Asks members for rotations that this node has missed, and waits a moment for the answers. */
    public void catchUp() {
        missed.ask();
    }

    /** Why this node is refused by its mesh, as a member has said, and which that was; empty if it is not. */
    public Optional<String> refusal() {
        return group.roster().others().isEmpty() ? missed.refusal() : Optional.empty();
    }

    private void learn(Roster roster) {
        List<NodeInfo> infos = roster.peers().stream().map(Peer::info).toList();
        if (infos.equals(learned)) {
            return; // only what they are doing has changed
        }
        learned = infos;
        Map<String, String> names = new TreeMap<>();
        roster.peers().forEach(peer -> key(peer).ifPresent(key -> names.put(key, peer.info().name())));
        trust.addMembers(names);
        synchronized (asking) {
            if (!names.keySet().equals(present)) {
                present = Set.copyOf(names.keySet());
                asked = false;
            }
        }
    }

    /** The key of a peer; empty for a release without one, and if the peer does not prove it. */
    private Optional<String> key(Peer peer) {
        return keys.keyOf(peer.info());
    }

    private void tick() {
        long refusals = group.refusals().count();
        boolean alone = group.roster().others().isEmpty();
        if (alone || refusals != refusalsSeen || ++ticks % SELDOM == 0) {
            refusalsSeen = refusals;
            missed.request();
        }
        if (!hasAsked()) {
            Thread.ofVirtual().name("floe-members").start(() -> askOthers(Set.of()));
        }
        if (!trust.keptThoughExpelled().isEmpty()) {
            LOG.warn("the key is rotated again: a rotation at the same time has kept a member that was expelled");
            Thread.ofVirtual().name("floe-rotate-again").start(() -> push(trust.rotate(Set.of(), proofs())));
        }
    }

    /**
     * Makes an invitation.
     *
     * @throws IllegalStateException if too many are open, or it is for a writer and this node is none
     */
    public Invitation invite(Duration valid, int uses, boolean writer) {
        if (writer && trust.writer().filter(it -> !it.maySign()).isPresent()) {
            throw new IllegalStateException("this machine may not write to the mesh's cache, and so cannot let another"
                    + " one do so; run floe mesh invite --writer on a machine that may");
        }
        Set<HostPort> addresses = new LinkedHashSet<>();
        Roster roster = group.roster();
        roster.peers().stream().filter(Peer::self).forEach(self -> addresses.add(address(self.info())));
        roster.others().forEach(peer -> addresses.add(address(peer.info())));
        Invitation invitation = Invitation.create(trust.key().publicKey(), List.copyOf(addresses));
        group.invitations().add(new InvitationRecord(invitation.publicHalf(), trust.key().id(),
                Instant.now().plus(valid).toEpochMilli(), uses, List.of(), writer, trust.nodeName())
                .proven(trust.writer()));
        LOG.info("invitation={} uses={} hours={} writer={}", invitation.id(), uses, valid.toHours(), writer);
        return invitation;
    }

    static HostPort address(NodeInfo node) {
        return new HostPort(node.host(), node.dataPort());
    }

    /** What became of a rotation. */
    public record Rotated(String keyId, Set<String> told, Map<String, String> untold, Set<String> away) {}

    /** A member as this node knows it; {@code present} is empty if it is away. */
    public record KnownMember(String nodeKey, String name, String present) {}

    /** All members with keys of their own that this node and the others know, in the order of their names. */
    public List<KnownMember> members() {
        askOthers(Set.of());
        addJoined();
        Map<String, String> addresses = new TreeMap<>();
        group.roster().peers()
                .forEach(peer -> key(peer).ifPresent(key -> addresses.put(key, address(peer.info()).toString())));
        Map<String, String> known = new TreeMap<>(trust.members());
        known.put(trust.nodeKey().id(), trust.nodeName());
        List<KnownMember> members = new ArrayList<>();
        known.forEach((key, name) -> members.add(new KnownMember(key, name, addresses.getOrDefault(key, ""))));
        members.sort(Comparator.comparing(KnownMember::name).thenComparing(KnownMember::nodeKey));
        return members;
    }

    /** Learns of members that the nodes know that are present and not excluded; nothing if they have told already. */
    private void askOthers(Collection<String> excluded) {
        Set<String> before;
        synchronized (asking) {
            if (asked) {
                return;
            }
            before = present;
        }
        List<NodeInfo> others = group.roster().others().stream().filter(peer -> key(peer).isPresent()).map(Peer::info)
                .filter(node -> !excluded.contains(node.name())).toList();
        Map<String, String> answers = exchange.ask(others);
        addUnknown(answers);
        synchronized (asking) {
            asked = (others.isEmpty() || !answers.isEmpty()) && before.equals(present);
        }
    }

    private boolean hasAsked() {
        synchronized (asking) {
            return asked;
        }
    }

    /** Learns of machines that have redeemed an invitation, and whose node perhaps was never there. */
    private void addJoined() {
        addUnknown(group.invitations().redeemers(keyId()).stream().collect(
                Collectors.toMap(Function.identity(), key -> "joined-" + key.substring(0, MIN_DIGITS))));
    }

    /** The names that this node knows count more. */
    private void addUnknown(Map<String, String> names) {
        Map<String, String> unknown = new TreeMap<>(names);
        unknown.keySet().removeAll(trust.members().keySet());
        trust.addMembers(unknown);
    }

    /** The names of members without keys of their own, which a rotation excludes. */
    public Set<String> keyless() {
        return group.roster().peers().stream().filter(peer -> key(peer).isEmpty()).map(peer -> peer.info().name())
                .collect(Collectors.toCollection(TreeSet::new));
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
        askOthers(excluded);
        addJoined();
        Set<String> refused = new TreeSet<>();
        for (String name : excluded) {
            Set<String> keys = trust.members().entrySet().stream().filter(it -> it.getValue().equals(name)
                    || name.length() >= MIN_DIGITS && it.getKey().startsWith(name))
                    .map(Map.Entry::getKey).collect(Collectors.toSet());
            if (keys.isEmpty() && !keyless().contains(name)) {
                throw new IOException("no member is called " + name + "; floe mesh members lists them");
            }
            refused.addAll(keys);
        }
        try {
            return push(trust.rotate(refused, proofs()));
        } catch (IllegalArgumentException e) {
            throw new IOException(FailureText.of(e), e);
        }
    }

    /** What members publish to prove that they may write to a restricted cache. */
    private Map<String, String> proofs() {
        Map<String, String> proofs = new TreeMap<>();
        group.roster().others()
                .forEach(peer -> key(peer).ifPresent(key -> proofs.put(key, peer.info().writerProof())));
        return proofs;
    }

    private Rotated push(byte[] rotation) {
        List<Peer> staying = group.roster().others().stream()
                .filter(peer -> key(peer).map(key -> trust.members().containsKey(key)).orElse(false)).toList();
        Map<String, String> untold = exchange.push(rotation, staying.stream().map(Peer::info).toList());
        Set<String> told = staying.stream().map(peer -> peer.info().name()).filter(name -> !untold.containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> present = staying.stream().map(peer -> peer.info().nodeKey()).collect(Collectors.toSet());
        present.add(trust.nodeKey().id());
        Set<String> away = new TreeSet<>();
        trust.members().forEach((key, name) -> {
            if (!present.contains(key)) {
                away.add(name);
            }
        });
        return new Rotated(keyId(), told, untold, away);
    }
}
