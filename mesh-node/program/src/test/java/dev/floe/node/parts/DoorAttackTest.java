package dev.floe.node.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.mesh.membership.DoorClient;
import dev.floe.node.mesh.membership.InvitationBook;
import dev.floe.node.mesh.membership.InvitationRecord;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerServer;

/** Attempts to join a mesh with bad invitations, over TLS, at the doors of two members that share the invitations. */
final class DoorAttackTest {
    private static final int ROUNDS = 13;
    private static final int GUESTS = 300; // more than a server has places for
    private static final byte REDEEM = 1;
    private static final byte CATCH_UP = 2;
    private static final byte GRANTED = 1;
    private static final long HOUR = 3_600_000;

    private final AtomicLong now = new AtomicLong(1_000_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final MeshKey key = MeshKey.create("home");
    private final MeshTrust one = MeshTrust.of(new JoinToken(key, List.of()), NodeKey.create(), "one", clock);
    private final MeshTrust two = MeshTrust.of(new JoinToken(key, List.of()), NodeKey.create(), "two", clock);
    private final ConcurrentMap<String, InvitationRecord> records = new ConcurrentHashMap<>();
    private final InvitationBook book = new InvitationBook(() -> records, clock);
    private final EventLoops loops = EventLoops.started(1);
    private final List<PeerServer> servers = new ArrayList<>();
    private final Random random = new Random(5);

    @BeforeEach
    void start() throws IOException {
        for (MeshTrust member : List.of(one, two)) {
            member.addMembers(Map.of(one.nodeKey().id(), "one", two.nodeKey().id(), "two"));
            servers.add(PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    MeshSetup.credentials(member, _ -> Optional.empty(), book), exchange -> {
                        throw new IOException("nobody asks here");
                    }, (peer, reason) -> {}));
        }
    }

    @AfterEach
    void stop() {
        servers.forEach(PeerServer::close);
        loops.close();
    }

    private HostPort door(int number) {
        InetSocketAddress address = servers.get(number % 2).address();
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    private Invitation invite(long validMillis, int uses) {
        Invitation invitation = Invitation.create(one.key().publicKey(), List.of(door(0), door(1)));
        book.add(new InvitationRecord(invitation.publicHalf(), one.key().id(), now.get() + validMillis, uses, List.of(),
                false, "one"));
        return invitation;
    }

    private static byte[] request(String id, String name, byte[] proof) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(REDEEM);
            out.writeUTF(id);
            out.writeUTF(name);
            out.write(proof);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** What is sent, once the door has sent its number and shown its certificate. */
    private interface Attempt {
        byte[] request(byte[] nonce, X509Certificate server, X509Certificate own) throws Exception;
    }

    private static Attempt proper(Invitation invitation) {
        return (nonce, server, own) -> request(invitation.id(), "new",
                invitation.sign(Invitation.transcript(nonce, server.getEncoded(), own.getEncoded(), "new")));
    }

    private boolean lets(int door, Attempt attempt) throws Exception {
        return lets(door, NodeKey.create(), attempt);
    }

    /** Whether the door hands out the key; a connection that it closes is a refusal. */
    private boolean lets(int door, NodeKey node, Attempt attempt) throws Exception {
        return answer(door, node.privateKey(), node.guestCertificate("new"), attempt)[0] == GRANTED;
    }

    private SSLSocket connect(int door, PrivateKey secret, X509Certificate own) throws Exception {
        SSLContext context = SSLContext.getInstance(NodeIdentity.TLS);
        context.init(new KeyManager[]{NodeIdentity.keyManager(secret, own)}, new TrustManager[]{new TrustsInAll()},
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(door(door).host(), door(door).port());
        SSLParameters parameters = new SSLParameters();
        parameters.setApplicationProtocols(new String[]{DoorFormat.PROTOCOL});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private byte[] answer(int door, PrivateKey secret, X509Certificate own, Attempt attempt)
            throws Exception {
        try (SSLSocket socket = connect(door, secret, own)) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] nonce = in.readNBytes(in.readInt());
            byte[] request = attempt.request(nonce, (X509Certificate) socket.getSession().getPeerCertificates()[0],
                    own);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(request.length);
            out.write(request);
            out.flush();
            byte[] answer = in.readNBytes(in.readInt());
            return answer.length == 0 ? new byte[1] : answer;
        } catch (IOException e) {
            return new byte[1];
        }
    }

    @Test
    void nobodyComesInWithABadInvitation() throws Exception {
        int tried = 0;
        int let = 0;
        NodeKey bad = NodeKey.create();
        for (int i = 0; i < ROUNDS; i++) {
            List<Boolean> results = new ArrayList<>();
            Invitation used = invite(HOUR, 1);
            byte[][] recorded = new byte[1][];
            NodeKey first = NodeKey.create();
            assertThat(lets(i, first, (nonce, server, own) -> recorded[0] = proper(used).request(nonce, server, own)))
                    .as("a good one").isTrue();
            results.add(lets(i, proper(used))); // at the same member
            results.add(lets(i + 1, proper(used))); // at another
            results.add(lets(i, first, (_, _, _) -> recorded[0])); // replayed by the machine itself
            results.add(lets(i + 1, (_, _, _) -> recorded[0])); // by another, elsewhere
            Invitation expired = invite(HOUR, 1);
            now.addAndGet(HOUR);
            results.add(lets(i, proper(expired)));
            Invitation good = invite(HOUR, 1);
            Invitation forged = Invitation.create(one.key().publicKey(), List.of(door(0)));
            results.add(lets(i, proper(forged)));
            results.add(lets(i, (nonce, server, own) -> request(good.id(), "new", // the secret of another
                    forged.sign(Invitation.transcript(nonce, server.getEncoded(), own.getEncoded(), "new")))));
            X509Certificate between = NodeIdentity.issue(MeshKey.create("home"), "one").certificate();
            results.add(lets(i, (nonce, _, own) -> request(good.id(), "new", // somebody between the two
                    good.sign(Invitation.transcript(nonce, between.getEncoded(), own.getEncoded(), "new")))));
            results.add(lets(i, (nonce, server, own) -> request(good.id(), "another",
                    good.sign(Invitation.transcript(nonce, server.getEncoded(), own.getEncoded(), "new")))));
            results.add(lets(i, (nonce, server, own) -> { // a bit of the proof is flipped
                byte[] request = proper(good).request(nonce, server, own);
                request[request.length - 1 - random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                return request;
            }));
            results.add(lets(i, (nonce, server, own) -> {
                byte[] request = proper(good).request(nonce, server, own);
                return Arrays.copyOf(request, random.nextInt(request.length));
            }));
            results.add(lets(i, (nonce, server, own) -> {
                byte[] request = proper(good).request(nonce, server, own);
                return Arrays.copyOf(request, request.length + 1 + random.nextInt(2000));
            }));
            results.add(lets(i, (_, _, _) -> bytes(random.nextInt(900))));
            results.add(!words(good.encode()));
            tried += results.size();
            let += (int) results.stream().filter(result -> result).count();
            assertThat(lets(i + 1, proper(good))).as("it is good still").isTrue();
        }
        two.addMembers(Map.of(bad.id(), "bad"));
        List<Invitation> stale = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            stale.add(invite(10 * HOUR, 1));
        }
        two.apply(one.rotate(Set.of(bad.id()), Map.of()));
        for (int i = 0; i < ROUNDS; i++) {
            tried += 2;
            let += lets(i, proper(stale.get(i))) ? 1 : 0;
            let += lets(i, bad, proper(invite(HOUR, 1))) ? 1 : 0; // it was expelled, and has been invited
        }
        assertThat(lets(0, proper(invite(HOUR, 1)))).as("a good one for the new key").isTrue();
        assertThat(tried).isGreaterThanOrEqualTo(200);
        assertThat(let).as("of %d", tried).isZero();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Whether a word with another character is refused before it goes anywhere. */
    private boolean words(String good) {
        int at = Invitation.PREFIX.length() + random.nextInt(good.length() - Invitation.PREFIX.length());
        try {
            Invitation.parse(good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1));
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    @Test
    void ofManyThatComeAtOnceAtTwoMembersAsManyComeInAsTheInvitationSays() throws Exception {
        Invitation invitation = invite(HOUR, 3);
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger let = new AtomicInteger();
        List<Thread> machines = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int door = i;
            machines.add(Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    let.addAndGet(lets(door, proper(invitation)) ? 1 : 0);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        start.countDown();
        for (Thread machine : machines) {
            machine.join();
        }
        assertThat(let).hasValue(3);
    }

    @Test
    void guestsThatAskNothingKeepNobodyOut() throws Exception {
        NodeKey silent = NodeKey.create();
        X509Certificate own = silent.guestCertificate("silent");
        List<SSLSocket> guests = new ArrayList<>();
        try {
            for (int i = 0; i < GUESTS; i++) {
                guests.add(connect(0, silent.privateKey(), own));
            }
            assertThat(lets(0, proper(invite(HOUR, 1)))).isTrue();
        } finally {
            for (SSLSocket guest : guests) {
                guest.close();
            }
        }
    }

    /** Only a member that stays is told anything, and what it is told opens nothing without its key. */
    @Test
    void rotationsAreForMembersAlone() throws Exception {
        NodeKey away = NodeKey.create();
        one.addMembers(Map.of(away.id(), "away"));
        one.rotate(Set.of(two.nodeKey().id()), Map.of());
        assertThat(new DoorClient(away, "away").rotations(door(0), key.id())).hasSize(1);
        Attempt catchUp = (_, _, _) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(CATCH_UP);
            out.writeUTF(key.id());
            return bytes.toByteArray();
        };
        for (NodeKey stranger : List.of(NodeKey.create(), two.nodeKey())) {
            assertThat(answer(0, stranger.privateKey(), stranger.guestCertificate("away"), catchUp)[0]).isZero();
        }
        // It shows the certificate of the member, and has no key for it.
        assertThat(answer(0, NodeKey.create().privateKey(), away.guestCertificate("away"), catchUp)).hasSize(1);
    }

    private static final class TrustsInAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
