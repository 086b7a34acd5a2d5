package dev.floe.node.mesh.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;
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
    /** For how long the key before a rotation is accepted. */
    public static final Duration WINDOW = Duration.ofMinutes(2);
    /** A rotation reaches all members that can be reached within this time. */
    static final Duration SHOW_AFTER = Duration.ofSeconds(3);

    private static final Logger LOG = LogManager.getLogger(MeshTrust.class);
    private static final String FILE = "membership";
    private static final String MULTICAST = "multicast";

    private final NodeKey nodeKey;
    private volatile String nodeName; // written under this
    private final @Nullable Path file; // null: nothing is kept
    private final @Nullable MeshKeyFile keyFile;
    private final InstantSource clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Trusted trusted; // replaced under this
    private volatile @Nullable ECPublicKey joinedWith; // the key before the first rotation that this node has seen

    /** Everything at one moment; {@code shown} is the identity of before until the time has come. */
    private record Trusted(MembershipState state, NodeIdentity identity, Shown before) {}

    /** The identity, and the multicast secret, of the key before; shown until a time (epoch milliseconds). */
    private record Shown(NodeIdentity identity, byte[] multicastSecret, long untilMillis) {}

    /** Where a membership is kept, and the file with the key with which this machine joined. */
    public record MembershipFiles(Path dataDir, MeshKeyFile keyFile) {}

    private MeshTrust(MembershipState state, NodeKey nodeKey, String nodeName, @Nullable MembershipFiles files,
            InstantSource clock) {
        this.nodeKey = nodeKey;
        this.nodeName = nodeName;
        this.file = files == null ? null : files.dataDir().resolve(FILE);
        this.keyFile = files == null ? null : files.keyFile();
        this.clock = clock;
        NodeIdentity identity = issue(state.token());
        trusted = new Trusted(state, identity, new Shown(identity, new byte[0], 0));
    }

    /** Of a node whose membership is kept in files. */
    public static MeshTrust open(JoinToken joined, NodeKey nodeKey, String nodeName, MembershipFiles files,
            InstantSource clock) throws IOException {
        return new MeshTrust(MembershipState.read(files.dataDir().resolve(FILE), joined), nodeKey, nodeName, files,
                clock);
    }

    /** Of a node that keeps nothing. */
    public static MeshTrust of(JoinToken token, NodeKey nodeKey, String nodeName, InstantSource clock) {
        return new MeshTrust(MembershipState.of(token), nodeKey, nodeName, null, clock);
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

    /** Proves that this machine may write to a restricted cache; empty text if it may not. */
    public String writerProof() {
        return writer().filter(CacheWriterKey::maySign)
                .map(key -> Base64.getEncoder().encodeToString(key.sign(proven(nodeKey.id())))).orElse("");
    }

    private boolean isWriter(String node, String proof) {
        try {
            return writer().isPresent() && writer().get().verifies(proven(node), Base64.getDecoder().decode(proof));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] proven(String node) {
        return ("floe-writer/1 " + node).getBytes(StandardCharsets.US_ASCII);
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

    /** Whether the owner of a certificate is a member. A connection must be checked even if it resumes an older one. */
    public boolean accepts(X509Certificate certificate) {
        MembershipState state = trusted.state();
        String node = NodeKey.idOf(certificate);
        if (node.isEmpty() || state.expelled().contains(node)) {
            return false;
        }
        if (isSignedBy(certificate, state.token().key().publicKey())) {
            return true;
        }
        Optional<KeyRotation> last = state.last();
        return last.isPresent() && clock.millis() < state.previousUntilMillis()
                && last.get().members().containsKey(node)
                && previousKey().map(key -> isSignedBy(certificate, key)).orElse(false);
    }

    /** The public half of the key before; it is in the rotation before the last, or with what was shown before. */
    private Optional<ECPublicKey> previousKey() {
        Trusted now = trusted;
        List<KeyRotation> rotations = now.state().rotations();
        if (rotations.size() > 1) {
            return Optional.of(rotations.get(rotations.size() - 2).key());
        }
        return Optional.ofNullable(joinedWith);
    }

    private static boolean isSignedBy(X509Certificate certificate, ECPublicKey key) {
        try {
            certificate.verify(key);
            return certificate.getBasicConstraints() < 0;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Shows the certificate of the moment. */
    public X509ExtendedKeyManager keyManager() {
        return new ShownKeyManager(this::shown);
    }

    /**
     * Trusts in members.
     *
     * @param guests whether to let those through the handshake too who are for the door only; the caller must check
     *               each certificate again
     */
    public X509ExtendedTrustManager trustManager(boolean guests) {
        return new MemberTrustManager(this, guests);
    }

    /** A context for both ends, among members. */
    public SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance(NodeIdentity.TLS);
            context.init(new KeyManager[]{keyManager()}, new TrustManager[]{trustManager(false)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + NodeIdentity.TLS, e);
        }
    }

    /** @throws CertificateException unless the first is of a member */
    void check(X509Certificate... chain) throws CertificateException {
        if (chain.length == 0 || !accepts(chain[0])) {
            throw new CertificateException("PKIX: the mesh's key has not signed this certificate, or its owner was "
                    + "expelled");
        }
    }

    /** Learns of a member. Keeps at most so many that a rotation can name them. */
    public synchronized void addMember(String node, String name) {
        MembershipState state = trusted.state();
        if (name.equals(state.members().get(node)) || !NodeKey.isId(node) || state.expelled().contains(node)
                || state.members().size() >= KeyRotation.MAX_MEMBERS) {
            return;
        }
        keep(new Trusted(state.withMember(node, name), trusted.identity(), trusted.before()));
    }

    /**
     * Makes a new key, and uses it from now on.
     *
     * @param excluded ids of the node keys that are refused from now on
     * @param proofs   by node key: what each member publishes to prove that it may write to a restricted cache
     * @return what the others are to be sent
     */
    public synchronized byte[] rotate(Set<String> excluded, Map<String, String> proofs) {
        MembershipState state = trusted.state();
        Map<String, String> staying = new TreeMap<>(state.members());
        staying.put(nodeKey.id(), nodeName);
        staying.keySet().removeAll(excluded);
        if (!staying.containsKey(nodeKey.id())) {
            throw new IllegalArgumentException("a node cannot expel itself; ask on another one");
        }
        Set<String> expelled = new TreeSet<>(state.expelled());
        expelled.addAll(excluded);
        Set<String> writers = new TreeSet<>();
        proofs.forEach((node, proof) -> {
            if (isWriter(node, proof)) {
                writers.add(node);
            }
        });
        writers.add(nodeKey.id());
        KeyRotation rotation = KeyRotation.create(state.token(), nodeKey,
                new KeyRotation.NextMembers(staying, expelled, writers));
        adopt(rotation, rotation.open(nodeKey).orElseThrow());
        return rotation.encode();
    }

    /** What became of a rotation that another node has sent. */
    public enum RotationOutcome {
        ADOPTED, KNOWN, EXPELLED
    }

    /**
     * Uses the key of a rotation that another member has made.
     *
     * @throws IOException if it is damaged, or does not follow from the key that this node has
     */
    public synchronized RotationOutcome apply(byte[] encoded) throws IOException {
        KeyRotation rotation = KeyRotation.decode(encoded);
        MembershipState state = trusted.state();
        if (rotation.keyId().equals(key().id())
                || state.rotations().stream().anyMatch(it -> it.keyId().equals(rotation.keyId()))) {
            return RotationOutcome.KNOWN;
        }
        if (rotation.previous().equals(key().id())) {
            if (!rotation.isSignedBy(key().publicKey())) {
                throw new IOException("the mesh's key has not signed this rotation");
            }
        } else if (!wins(rotation, state)) {
            throw new IOException("the rotation does not follow from this node's key " + key().id());
        }
        try {
            Optional<JoinToken> token = rotation.open(nodeKey);
            if (token.isEmpty()) {
                return RotationOutcome.EXPELLED;
            }
            adopt(rotation, token.get());
            return RotationOutcome.ADOPTED;
        } catch (IllegalArgumentException e) {
            throw new IOException("the rotation cannot be opened: " + FailureText.of(e), e);
        }
    }

    /**
     * Of two rotations of the same key, made at the same time, the one with the smaller id of its new key holds
     * everywhere. Only a member that this node's own last rotation has kept can have made the other.
     */
    private boolean wins(KeyRotation rotation, MembershipState state) {
        Optional<KeyRotation> last = state.last();
        Optional<ECPublicKey> before = previousKey();
        return last.isPresent() && before.isPresent() && clock.millis() < state.previousUntilMillis()
                && rotation.previous().equals(last.get().previous())
                && rotation.keyId().compareTo(last.get().keyId()) < 0
                && last.get().members().containsKey(rotation.madeBy()) && rotation.isSignedBy(before.get());
    }

    private void adopt(KeyRotation rotation, JoinToken token) {
        Trusted was = trusted;
        MembershipState state = was.state();
        boolean replaces = state.last().map(it -> it.previous().equals(rotation.previous())).orElse(false);
        if (!replaces && state.rotations().isEmpty()) {
            joinedWith = state.token().key().publicKey();
        }
        List<KeyRotation> rotations = new ArrayList<>(
                replaces ? state.rotations().subList(0, state.rotations().size() - 1) : state.rotations());
        rotations.add(rotation);
        Map<String, String> members = rotation.names();
        Set<String> expelled = new TreeSet<>(state.expelled());
        expelled.addAll(rotation.expelled());
        long now = clock.millis();
        MembershipState next = new MembershipState(
                new JoinToken(token.key(), state.token().seeds(), token.writer(), token.lineage()), members, expelled,
                rotations, now + WINDOW.toMillis());
        keep(new Trusted(next, issue(next.token()), new Shown(was.identity(),
                state.token().key().derive(MULTICAST), now + SHOW_AFTER.toMillis())));
        LOG.info("mesh key rotated key={} generation={} members={} expelled={} by={}", rotation.keyId(),
                rotation.generation(), members.size(), rotation.expelled().size(),
                rotation.names().getOrDefault(rotation.madeBy(), "?"));
        listeners.forEach(Runnable::run);
    }

    private void keep(Trusted next) {
        trusted = next;
        Path kept = file;
        MeshKeyFile joined = keyFile;
        if (kept == null || joined == null) {
            return;
        }
        try {
            next.state().write(kept);
        } catch (IOException e) {
            LOG.error(
                    "cannot keep the membership file={} reason=\"{}\": this node must join again after its next start",
                    kept, FailureText.of(e));
        }
        try {
            if (!joined.read().key().id().equals(next.state().token().key().id())) {
                joined.write(next.state().token(), nodeKey);
            }
        } catch (IOException e) {
            LOG.debug("the key with which this machine joined is not replaced reason=\"{}\"", FailureText.of(e));
        }
    }

    /** The rotations after a key, for a member that was away; empty if there are none, or none for it. */
    List<KeyRotation> rotationsFor(String node, String meshKeyId) {
        List<KeyRotation> all = trusted.state().rotations();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).previous().equals(meshKeyId)) {
                return all.subList(i, all.size()).stream().anyMatch(it -> it.members().containsKey(node))
                        ? all.subList(i, all.size())
                        : List.of();
            }
        }
        return List.of();
    }
}
