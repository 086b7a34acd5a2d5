package dev.floe.node.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.rotation.MeshPublicKeys;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeKey;

/** Who is let in at the door, and who is not. */
final class DoorServiceTest {
    private static final long NOW = 1_000_000;
    private static final long LATER = 2_000_000;
    private static final List<HostPort> ADDRESSES = List.of(new HostPort("10.0.0.1", 7080));

    private final MeshKey key = MeshKey.create("home");
    private final MeshTrust trust = MeshTrust.of(new JoinToken(key, List.of()), NodeKey.create(), "door",
            () -> Instant.ofEpochMilli(NOW));
    private final ConcurrentMap<String, InvitationRecord> records = new ConcurrentHashMap<>();
    private final InvitationBook book = new InvitationBook(() -> records, () -> Instant.ofEpochMilli(NOW));
    private final DoorService door = new DoorService(trust, book);
    private final X509Certificate own = trust.shown().certificate();
    private final byte[] nonce = new byte[DoorFormat.NONCE_BYTES];

    private Invitation invite(long expires, int uses) {
        Invitation invitation = Invitation.create(key.publicKey(), ADDRESSES);
        book.add(new InvitationRecord(invitation.publicHalf(), key.id(), expires, uses, List.of(), false, "door"));
        return invitation;
    }

    private static byte[] request(Invitation invitation, byte[] nonce, X509Certificate server, X509Certificate peer)
            throws Exception {
        return new DoorMessage.Redeem(invitation.id(), "new",
                invitation.sign(Invitation.transcript(nonce, server.getEncoded(), peer.getEncoded(), "new"))).encode();
    }

    private boolean lets(X509Certificate peer, byte[] request) throws IOException {
        return DoorMessage
                .readAnswer(door.answer(nonce, own, peer, request)) instanceof DoorMessage.DoorAnswer.JoinGranted;
    }

    private static X509Certificate guest() {
        return NodeKey.create().guestCertificate("new");
    }

    @Test
    void letsInWhoProvesAnInvitationAndHandsOutTheKey() throws Exception {
        X509Certificate peer = guest();
        DoorMessage.DoorAnswer answer = DoorMessage
                .readAnswer(door.answer(nonce, own, peer, request(invite(LATER, 1), nonce, own, peer)));
        assertThat(answer).isInstanceOf(DoorMessage.DoorAnswer.JoinGranted.class);
        assertThat(JoinToken.parse(((DoorMessage.DoorAnswer.JoinGranted) answer).token()).key().id())
                .isEqualTo(key.id());
        assertThat(trust.members()).containsValue("new");
    }

    @Test
    void refusesWhatIsUsedExpiredForgedReplayedOrDamaged() throws Exception {
        int let = 0;
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            X509Certificate peer = guest();
            let += switch (i % 8) {
                case 0 -> { // used
                    Invitation once = invite(LATER, 1);
                    X509Certificate first = guest();
                    assertThat(lets(first, request(once, nonce, own, first))).isTrue();
                    yield lets(peer, request(once, nonce, own, peer)) ? 1 : 0;
                }
                case 1 -> lets(peer, request(invite(NOW, 1), nonce, own, peer)) ? 1 : 0; // expired at this moment
                case 2 -> lets(peer, request(Invitation.create(key.publicKey(), ADDRESSES), nonce, own, peer)) ? 1 : 0;
                case 3 -> { // recorded on another connection: another number, certificate of the server, of the client
                    Invitation good = invite(LATER, 1);
                    byte[] other = nonce.clone();
                    other[i % other.length]++;
                    yield lets(peer, request(good, other, own, peer)) || lets(peer, request(good, nonce, peer, peer))
                            || lets(peer, request(good, nonce, own, guest())) ? 1 : 0;
                }
                case 4 -> { // the secret of one, the id of another
                    Invitation good = invite(LATER, 1);
                    byte[] proof = Invitation.create(key.publicKey(), ADDRESSES)
                            .sign(Invitation.transcript(nonce, own.getEncoded(), peer.getEncoded(), "new"));
                    yield lets(peer, new DoorMessage.Redeem(good.id(), "new", proof).encode()) ? 1 : 0;
                }
                case 5 -> { // a bit of the request is flipped
                    byte[] request = request(invite(LATER, 1), nonce, own, peer);
                    request[random.nextInt(request.length)] ^= (byte) (1 << random.nextInt(8));
                    yield lets(peer, request) ? 1 : 0;
                }
                case 6 -> { // truncated
                    byte[] request = request(invite(LATER, 1), nonce, own, peer);
                    yield lets(peer, Arrays.copyOf(request, random.nextInt(request.length))) ? 1 : 0;
                }
                default -> { // made for the key before
                    Invitation good = invite(LATER, 1);
                    records.computeIfPresent(good.id(), (_, it) -> new InvitationRecord(it.publicHalf(),
                            "0123456789abcdef", it.expiresMillis(), it.uses(), List.of(), false, ""));
                    yield lets(peer, request(good, nonce, own, peer)) ? 1 : 0;
                }
            };
        }
        assertThat(let).isZero();
    }

    /** Every member can put records into the map that they share, also one that may not write. */
    @Test
    void givesTheWritersKeyOnlyForAnInvitationThatAWriterHasMade() throws Exception {
        CacheWriterKey writers = CacheWriterKey.create();
        MeshTrust writer = MeshTrust.of(new JoinToken(key, List.of(), Optional.of(writers)), NodeKey.create(), "door",
                () -> Instant.ofEpochMilli(NOW));
        DoorService writersDoor = new DoorService(writer, book);
        Invitation invitation = Invitation.create(key.publicKey(), ADDRESSES);
        InvitationRecord plain = new InvitationRecord(invitation.publicHalf(), key.id(), LATER, 2, List.of(), true,
                "door");
        InvitationRecord good = plain.proven(Optional.of(writers));
        InvitationRecord ofReader = plain.proven(Optional.of(writers.readOnly()));
        InvitationRecord ofOther = plain.proven(Optional.of(CacheWriterKey.create()));
        InvitationRecord longer = new InvitationRecord(invitation.publicHalf(), key.id(), LATER + 1, 2, List.of(), true,
                "door", good.writerProof());
        InvitationRecord nodesProof = new InvitationRecord(invitation.publicHalf(), key.id(), LATER, 2, List.of(), true,
                "door", WriterProof.create(Optional.of(writers), writer.nodeKey().id()));
        for (InvitationRecord record : List.of(good, plain, ofReader, ofOther, longer, nodesProof)) {
            records.put(invitation.id(), record);
            X509Certificate peer = guest();
            DoorMessage.DoorAnswer answer = DoorMessage.readAnswer(writersDoor.answer(nonce,
                    writer.shown().certificate(), peer,
                    request(invitation, nonce, writer.shown().certificate(), peer)));
            if (record.equals(good)) {
                JoinToken token = JoinToken.parse(((DoorMessage.DoorAnswer.JoinGranted) answer).token());
                assertThat(token.writer().orElseThrow().maySign()).isTrue();
            } else {
                assertThat(answer).as("%s", record).isEqualTo(new DoorMessage.DoorAnswer.JoinRefused(
                        "it is for a machine that may write to the cache, and no such machine made it"));
                assertThat(book.redeemers(key.id())).doesNotContain(NodeKey.idOf(peer));
            }
            assertThat(records.get(invitation.id()).writerProof()).isEqualTo(record.writerProof());
        }
    }

    /** It has no key to give, and what it can give would be less than was promised. */
    @Test
    void aReaderSendsAnInvitationForAWriterToAnotherDoor() throws Exception {
        CacheWriterKey writers = CacheWriterKey.create();
        MeshTrust reader = MeshTrust.of(new JoinToken(key, List.of(), Optional.of(writers.readOnly())),
                NodeKey.create(), "door", () -> Instant.ofEpochMilli(NOW));
        Invitation invitation = Invitation.create(key.publicKey(), ADDRESSES);
        book.add(new InvitationRecord(invitation.publicHalf(), key.id(), LATER, 1, List.of(), true, "writer")
                .proven(Optional.of(writers)));
        X509Certificate shown = reader.shown().certificate();
        X509Certificate peer = guest();
        assertThat(DoorMessage.readAnswer(new DoorService(reader, book).answer(nonce, shown, peer,
                request(invitation, nonce, shown, peer)))).isInstanceOf(DoorMessage.DoorAnswer.AnotherDoor.class);
        assertThat(book.redeemers(key.id())).as("the use is left").isEmpty();
    }

    @Test
    void aReaderLetsOtherReadersIn() throws Exception {
        CacheWriterKey writers = CacheWriterKey.create();
        MeshTrust reader = MeshTrust.of(new JoinToken(key, List.of(), Optional.of(writers.readOnly())),
                NodeKey.create(), "door", () -> Instant.ofEpochMilli(NOW));
        Invitation invitation = invite(LATER, 1);
        X509Certificate shown = reader.shown().certificate();
        X509Certificate peer = guest();
        assertThat(DoorMessage.readAnswer(new DoorService(reader, book).answer(nonce, shown, peer,
                request(invitation, nonce, shown, peer)))).isInstanceOf(DoorMessage.DoorAnswer.JoinGranted.class);
    }

    @Test
    void saysByWhomANodeWasExpelled() throws IOException {
        NodeKey bad = NodeKey.create();
        trust.addMembers(Map.of(bad.id(), "bad"));
        trust.rotate(Set.of(bad.id()), Map.of());
        assertThat(DoorMessage.readAnswer(door.answer(nonce, own, bad.guestCertificate("bad"),
                new DoorMessage.CatchUp(key.id()).encode())))
                .isEqualTo(new DoorMessage.DoorAnswer.JoinRefused("this node was expelled from the mesh by door"));
    }

    @Test
    void takesOneUseOnceWhenManyComeAtOnce() throws Exception {
        Invitation once = invite(LATER, 1);
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger let = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            X509Certificate peer = guest();
            byte[] request = request(once, nonce, own, peer);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    let.addAndGet(lets(peer, request) ? 1 : 0);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(let).hasValue(1);
    }

    @Test
    void aNodeWhoseAnswerWasLostGetsItAgain() throws Exception {
        Invitation once = invite(LATER, 1);
        X509Certificate peer = guest();
        assertThat(lets(peer, request(once, nonce, own, peer))).isTrue();
        assertThat(lets(peer, request(once, nonce, own, peer))).isTrue();
        assertThat(records).hasEntrySatisfying(once.id(), it -> assertThat(it.redeemedBy()).hasSize(1));
        assertThat(book.redeemers(key.id())).containsExactly(NodeKey.idOf(peer));
    }

    /** The token of a member whose machine had no network when it was made has seeds that lead nowhere else. */
    @Test
    void aMachineKeepsTheAddressesAtWhichItWasLetIn() {
        HostPort loopback = new HostPort("127.0.0.1", 7079);
        List<HostPort> seeds = DoorClient.withSeeds(new JoinToken(key, List.of(loopback)), ADDRESSES).seeds();
        assertThat(seeds).endsWith(loopback).hasSize(ADDRESSES.size() + 1);
        assertThat(seeds.getFirst())
                .isEqualTo(new HostPort(ADDRESSES.getFirst().host(), ADDRESSES.getFirst().port() - 1));
        List<HostPort> many = IntStream.range(2, 40).mapToObj(port -> new HostPort("h", port)).toList();
        assertThat(DoorClient.withSeeds(new JoinToken(key, List.of(loopback)), many).seeds())
                .hasSize(JoinToken.MAX_SEEDS);
    }

    /** Who was away for more of them than that asks again. */
    @Test
    void anAnswerHasSoManyRotationsAsFit() throws Exception {
        Map<String, KeyRotation.StayingMember> members = new HashMap<>();
        for (int i = 0; i < KeyRotation.MAX_MEMBERS; i++) {
            members.put("02" + String.format("%064x", i), new KeyRotation.StayingMember("n" + i, new byte[900]));
        }
        byte[] none = new byte[0];
        KeyRotation large = new KeyRotation(1, key.id(), new MeshPublicKeys(key.publicKey(), Optional.empty()), members,
                Set.of(),
                new KeyRotation.Signatures(trust.nodeKey().id(), none, none, none));
        assertThat(large.encode().length).isBetween(KeyRotation.MAX_BYTES / 2, KeyRotation.MAX_BYTES);
        byte[] answer = DoorMessage.rotations(Collections.nCopies(8, large));
        assertThat(answer.length).isLessThanOrEqualTo(DoorMessage.MAX_ANSWER);
        assertThat(((DoorMessage.DoorAnswer.Rotations) DoorMessage.readAnswer(answer)).encoded()).hasSizeBetween(3, 7);
    }

    /** Every member can put records into the map that all keep. */
    @Test
    void aRecordThatIsLongerThanAnyOfFloesOpensNothingAndTakesNoMemory() {
        String text = "x".repeat(100_000);
        InvitationRecord large = new InvitationRecord(new byte[100_000], text, LATER, Integer.MAX_VALUE,
                IntStream.range(0, 5000).mapToObj(number -> number + text.substring(0, number % 300)).toList(), true,
                text, text);
        assertThat(large.publicHalf()).isEmpty();
        assertThat(large.meshKeyId() + large.madeBy() + large.writerProof()).isEmpty();
        assertThat(large.redeemedBy()).hasSizeLessThanOrEqualTo(1000).allMatch(node -> node.length() <= 200);
        assertThat(large.uses()).isEqualTo(1000);
    }

    @Test
    void countsTheUsesOfBothSidesOfAPartition() {
        InvitationRecord record = new InvitationRecord(new byte[0], key.id(), LATER, 2, List.of(), false, "");
        InvitationRecord merged = record.redeemed("a").union(record.redeemed("b"));
        assertThat(merged.redeemedBy()).containsExactly("a", "b");
        assertThat(merged.refusal(NOW, key.id(), "c")).hasValueSatisfying(it -> assertThat(it).contains("used"));
    }

    @Test
    void refusesEachDamagedInvitation() {
        String word = Invitation.create(key.publicKey(), ADDRESSES).encode();
        assertThat(Invitation.parse(" " + word + "\n").encode()).isEqualTo(word);
        for (int length = 0; length < word.length(); length++) {
            String shorter = word.substring(0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> Invitation.parse(shorter));
        }
        for (int at = Invitation.PREFIX.length(); at < word.length(); at++) {
            String changed = word.substring(0, at) + (word.charAt(at) == 'A' ? 'B' : 'A') + word.substring(at + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> Invitation.parse(changed));
        }
        assertThat(Invitation.parse(word).toString()).doesNotContain(word.substring(20, 40));
    }

    @Test
    void refusesAnExpelledNodeThatHasAGoodInvitation() throws Exception {
        NodeKey bad = NodeKey.create();
        trust.addMembers(Map.of(bad.id(), "bad"));
        trust.rotate(Set.of(bad.id()), Map.of());
        Invitation invitation = Invitation.create(trust.key().publicKey(), ADDRESSES);
        book.add(new InvitationRecord(invitation.publicHalf(), trust.key().id(), LATER, 1, List.of(), false, "door"));
        X509Certificate peer = bad.guestCertificate("new");
        assertThat(lets(peer, request(invitation, nonce, own, peer))).isFalse();
        X509Certificate other = guest();
        assertThat(lets(other, request(invitation, nonce, own, other))).isTrue();
    }
}
