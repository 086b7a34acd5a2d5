package dev.floe.node.mesh.membership;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.store.FailureText;

/**
 * Whom this node trusts, and what it shows to others, through rotations of the mesh's key. Thread-safe.
 *
 * <p>A certificate counts if the present key has signed it. For {@link #WINDOW} after a rotation one of the key before
 * counts too, but only with the node key of a member that stays: who was expelled still has that key, and could sign
 * certificates for other node keys, or under other names. A node shows its new certificate {@link #SHOW_AFTER} the
 * rotation has reached it, when it has reached the others too.
 */
public final class MeshTrust {
    /** For how long the key before a rotation is accepted in handshakes. */
    public static final Duration WINDOW = Duration.ofMinutes(2);
    /** A rotation reaches all members that can be reached within this time. */
    static final Duration SHOW_AFTER = Duration.ofSeconds(3);

    private static final Logger LOG = LogManager.getLogger(MeshTrust.class);
    private static final String MULTICAST = "multicast";

    private final NodeKey nodeKey;
    private volatile String nodeName; // written under this
    private final Optional<MembershipFiles> files;
    private final InstantSource clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Trusted trusted; // replaced under this

    /** Everything at one moment; {@code before} is shown until the time has come. */
    private record Trusted(MembershipState state, NodeIdentity identity, ShownBefore before) {}

    /** The identity, and the multicast secret, of the key before; shown until a time (epoch milliseconds). */
    private record ShownBefore(NodeIdentity identity, byte[] multicastSecret, long untilMillis) {}

    private MeshTrust(MembershipState state, NodeKey nodeKey, String nodeName, Optional<MembershipFiles> files,
            InstantSource clock) {
        this.nodeKey = nodeKey;
        this.nodeName = nodeName;
        this.files = files;
        this.clock = clock;
        NodeIdentity identity = issue(state.token());
        trusted = new Trusted(state, identity, new ShownBefore(identity, new byte[0], 0));
    }

    /** Of a node whose membership is kept in files. */
    public static MeshTrust open(JoinToken joined, NodeKey nodeKey, String nodeName, MembershipFiles files,
            InstantSource clock) throws IOException {
        return new MeshTrust(files.read(joined), nodeKey, nodeName, Optional.of(files), clock);
    }

    /** Of a node that keeps nothing. */
    public static MeshTrust of(JoinToken token, NodeKey nodeKey, String nodeName, InstantSource clock) {
        return new MeshTrust(MembershipState.of(token), nodeKey, nodeName, Optional.empty(), clock);
    }

    private NodeIdentity issue(JoinToken token) {
        return NodeIdentity.issue(token.key(), token.meshId(), nodeName, nodeKey);
    }

    public MeshKey key() {
        return trusted.state().token().key();
    }

    /** The token of now, with what this machine may. */
    public JoinToken token() {
        return trusted.state().token();
    }

    /** The token for another machine. */
    JoinToken token(boolean mayWrite) {
        return mayWrite ? token() : token().readOnly();
    }

    /** The key pair of this node. */
    public NodeKey nodeKey() {
        return nodeKey;
    }

    public String nodeName() {
        return nodeName;
    }

    /** Calls this node by another name from now on, in the certificates that it shows too. */
    public synchronized void rename(String name) {
        if (name.equals(nodeName)) {
            return;
        }
        nodeName = name;
        Trusted now = trusted;
        trusted = new Trusted(now.state(), issue(now.state().token()), now.before());
    }

    /** The certificate and key to show now. */
    public NodeIdentity shown() {
        Trusted now = trusted;
        return clock.millis() < now.before().untilMillis() ? now.before().identity() : now.identity();
    }

    /** The writers' key of a restricted cache, as this machine has it. */
    public Optional<CacheWriterKey> writer() {
        return token().writer();
    }

    /** The record of this node with its key and the proofs. */
    public NodeInfo prove(NodeInfo own) {
        return own.withKey(nodeKey.id(), ProvenKeys.prove(nodeKey, own), WriterProof.create(writer(), nodeKey.id()));
    }

    /** Secrets for searches of the LAN, the one to send with first. */
    public List<byte[]> multicastSecrets() {
        Trusted now = trusted;
        byte[] current = now.state().token().key().derive(MULTICAST);
        if (clock.millis() >= now.state().previousUntilMillis() || now.before().multicastSecret().length == 0) {
            return List.of(current);
        }
        return clock.millis() < now.before().untilMillis()
                ? List.of(now.before().multicastSecret(), current)
                : List.of(current, now.before().multicastSecret());
    }

    public boolean isExpelled(String node) {
        return trusted.state().expelled().contains(node);
    }

    /** The name of the member that has expelled a node, if its rotation is still kept and it has not been renamed. */
    Optional<String> expeller(String node) {
        return trusted.state().chain().firstThatExpels(node).map(it -> it.names().get(it.madeBy()));
    }

    /** How often the mesh's key has been rotated. */
    public int generation() {
        return token().generation();
    }

    /** The names of the members that are known, by the ids of their node keys. */
    public Map<String, String> members() {
        return trusted.state().members();
    }

    /** Runs {@code listener} after each change of whom this node trusts; it must be quick. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Whether a certificate counts in a handshake. */
    boolean accepts(X509Certificate certificate) {
        return trusted.state().accepts(certificate, clock.millis());
    }

    /**
     * Whether the owner of a certificate is a member. A connection must be checked when it is made, even if it resumes
     * an older one, and after each change.
     */
    public boolean isMember(X509Certificate certificate) {
        return trusted.state().isMember(certificate, clock.millis());
    }

    /** @throws CertificateException unless the first is of a member */
    void check(X509Certificate... chain) throws CertificateException {
        if (chain.length == 0 || !accepts(chain[0])) {
            throw new CertificateException("PKIX: the mesh's key has not signed this certificate, or its owner was "
                    + "expelled");
        }
    }

    /** Learns of members, names by the ids of their keys. Keeps at most so many that a rotation can name them. */
    public synchronized void addMembers(Map<String, String> names) {
        MembershipState state = trusted.state();
        MembershipState next = state.withMembers(names);
        if (!next.members().equals(state.members())) {
            keep(new Trusted(next, trusted.identity(), trusted.before()));
        }
    }

    /** Members that this node refuses, and that have the present key: the key must be rotated again. */
    public Set<String> keptThoughExpelled() {
        return trusted.state().keptThoughExpelled();
    }

    /**
     * Makes a new key, and uses it from now on.
     *
     * @param excluded ids of the node keys that are refused from now on
     * @param proofs   by node key: what each member publishes to prove that it may write to a restricted cache
     * @return what the others are to be sent
     * @throws IllegalArgumentException if this node is excluded
     */
    public synchronized byte[] rotate(Set<String> excluded, Map<String, String> proofs) {
        MembershipState state = trusted.state();
        Set<String> expelled = new TreeSet<>(state.expelled());
        expelled.addAll(excluded);
        if (excluded.contains(nodeKey.id())) {
            throw new IllegalArgumentException("a node cannot expel itself; ask on another one");
        }
        Map<String, String> staying = new TreeMap<>(state.members());
        staying.put(nodeKey.id(), nodeName);
        staying.keySet().removeAll(expelled);
        Set<String> writers = new TreeSet<>(Set.of(nodeKey.id()));
        proofs.forEach((node, proof) -> {
            if (WriterProof.isValid(writer(), node, proof)) {
                writers.add(node);
            }
        });
        KeyRotation rotation = KeyRotation.create(state.token(), nodeKey,
                new KeyRotation.NextMembers(staying, expelled, writers));
        adopt(rotation, rotation.open(nodeKey).orElseThrow(), SHOW_AFTER);
        return rotation.encode();
    }

    /** What became of a rotation that another node has sent. */
    public enum RotationOutcome {
        ADOPTED, KNOWN, EXPELLED
    }

    /**
     * Uses the key of a rotation that another member has made.
     *
     * @throws IOException if it is damaged, or this node must not follow it
     */
    public synchronized RotationOutcome apply(byte[] encoded) throws IOException {
        return apply(encoded, SHOW_AFTER);
    }

    /** As {@link #apply}, of a rotation that the others have followed already, so that its certificate counts there. */
    public synchronized RotationOutcome applyMissed(byte[] encoded) throws IOException {
        return apply(encoded, Duration.ZERO);
    }

    private RotationOutcome apply(byte[] encoded, Duration showAfter) throws IOException {
        KeyRotation rotation = KeyRotation.decode(encoded);
        if (trusted.state().isKnown(rotation)) {
            return RotationOutcome.KNOWN;
        }
        try {
            Optional<JoinToken> token = rotation.open(nodeKey);
            if (token.isEmpty()) {
                return RotationOutcome.EXPELLED;
            }
            adopt(rotation, token.get(), showAfter);
            return RotationOutcome.ADOPTED;
        } catch (IllegalArgumentException e) {
            throw new IOException("the rotation cannot be opened: " + FailureText.of(e), e);
        }
    }

    private void adopt(KeyRotation rotation, JoinToken token, Duration showAfter) {
        Trusted was = trusted;
        boolean follows = rotation.previous().equals(key().id()); // the other rotation of that key counts nowhere
        long now = clock.millis();
        MembershipState next = was.state().after(rotation, token, now, WINDOW);
        keep(new Trusted(next, issue(next.token()), new ShownBefore(was.identity(),
                was.state().token().key().derive(MULTICAST), follows ? now + showAfter.toMillis() : now)));
        LOG.info("mesh key rotated key={} generation={} members={} expelled={} by={}", rotation.keyId(),
                rotation.generation(), next.members().size(), next.expelled().size(),
                rotation.names().getOrDefault(rotation.madeBy(), "?"));
        listeners.forEach(Runnable::run);
    }

    private void keep(Trusted next) {
        trusted = next;
        files.ifPresent(it -> it.write(next.state(), nodeKey));
    }

    /**
     * The rotations after a key, for a member that was away; all that are known, if the key is of another chain. Empty
     * if the node is not among the members of any.
     */
    List<KeyRotation> rotationsFor(String node, String meshKeyId) {
        List<KeyRotation> missed = trusted.state().chain().after(meshKeyId);
        return missed.stream().anyMatch(it -> it.keeps(node)) ? missed : List.of();
    }

    /** Whether a key has been replaced. */
    boolean isReplaced(String meshKeyId) {
        return trusted.state().chain().replacementOf(meshKeyId).isPresent();
    }
}
