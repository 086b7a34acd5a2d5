package dev.floe.node.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.membership.MeshTrust.RotationOutcome;
import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.rotation.RotationChain;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;

/** Whom nodes trust through rotations of the key. */
final class MeshTrustTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final MeshKey first = MeshKey.create("home");
    private final JoinToken token = new JoinToken(first, List.of(), Optional.of(CacheWriterKey.create()));
    private final MeshTrust a = member("a", token);
    private final MeshTrust b = member("b", token);
    private final MeshTrust c = member("c", token.readOnly());

    private MeshTrust member(String name, JoinToken joined) {
        return MeshTrust.of(joined, NodeKey.create(), name, clock);
    }

    private void introduce() {
        for (MeshTrust one : List.of(a, b, c)) {
            for (MeshTrust other : List.of(a, b, c)) {
                one.addMembers(Map.of(other.nodeKey().id(), other.nodeName()));
            }
        }
    }

    private static boolean trusts(MeshTrust one, MeshTrust other) {
        return one.accepts(other.shown().certificate());
    }

    @Test
    void membersTrustEachOtherAtEachMomentOfARotation() throws IOException {
        introduce();
        byte[] rotation = a.rotate(Set.of(), Map.of());
        assertThat(trusts(a, b) && trusts(b, a)).as("before it has arrived").isTrue();
        assertThat(b.apply(rotation)).isEqualTo(RotationOutcome.ADOPTED);
        assertThat(trusts(a, b) && trusts(b, a)).as("both have it, and show the old").isTrue();
        now.addAndGet(MeshTrust.SHOW_AFTER.toMillis());
        assertThat(trusts(a, b) && trusts(b, a)).as("both show the new").isTrue();
        assertThat(a.shown().certificate()).isNotEqualTo(NodeIdentity.issue(first, "a").certificate());
        assertThat(trusts(a, c)).as("c is away, within the window").isTrue();
        now.addAndGet(MeshTrust.WINDOW.toMillis());
        assertThat(trusts(a, b) && trusts(b, a)).isTrue();
        assertThat(trusts(a, c)).as("the old key is dropped").isFalse();
        assertThat(b.token().meshId()).isEqualTo(first.id());
    }

    @Test
    void refusesAnExpelledNodeAndWhateverItSignsWithTheOldKey() throws IOException {
        introduce();
        byte[] rotation = a.rotate(Set.of(c.nodeKey().id()), Map.of());
        b.apply(rotation);
        for (MeshTrust one : List.of(a, b)) {
            assertThat(trusts(one, c)).as("its old certificate").isFalse();
            assertThat(one.accepts(NodeIdentity.issue(first, "c").certificate())).as("another node key").isFalse();
            assertThat(one.accepts(NodeIdentity.issue(first, "b").certificate())).as("another's name").isFalse();
            assertThat(one.accepts(NodeIdentity.issue(first, first.id(), "b", c.nodeKey()).certificate())).isFalse();
        }
        assertThat(c.apply(rotation)).as("it can read nothing in the rotation").isEqualTo(RotationOutcome.EXPELLED);
        assertThat(a.rotationsFor(c.nodeKey().id(), first.id())).as("nor is it handed out").isEmpty();
    }

    /** It has the key before, so it can sign a rotation of it. */
    @Test
    void refusesARotationThatAnExpelledNodeHasMade() {
        introduce();
        for (int i = 0; i < 20; i++) { // some of these have a smaller id than the good one
            MeshTrust kept = member("kept", token);
            MeshTrust bad = member("bad", token);
            kept.addMembers(Map.of(bad.nodeKey().id(), "bad"));
            bad.addMembers(Map.of(kept.nodeKey().id(), "kept"));
            kept.rotate(Set.of(bad.nodeKey().id()), Map.of());
            byte[] counter = bad.rotate(Set.of(), Map.of());
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> kept.apply(counter));
        }
    }

    @Test
    void refusesADamagedRotation() {
        introduce();
        byte[] rotation = a.rotate(Set.of(), Map.of());
        String before = b.key().id();
        for (int at = 0; at < rotation.length; at += 7) {
            byte[] damaged = rotation.clone();
            damaged[at] ^= 1;
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> b.apply(damaged));
        }
        assertThat(b.key().id()).isEqualTo(before);
    }

    @Test
    void aMemberThatWasAwayForSeveralRotationsCatchesUp() throws IOException {
        introduce();
        b.apply(a.rotate(Set.of(), Map.of()));
        b.rotate(Set.of(), Map.of());
        List<KeyRotation> missed = b.rotationsFor(c.nodeKey().id(), c.key().id());
        assertThat(missed).hasSize(2);
        for (KeyRotation rotation : missed) {
            assertThat(c.apply(rotation.encode())).isEqualTo(RotationOutcome.ADOPTED);
        }
        assertThat(c.key().id()).isEqualTo(b.key().id());
        assertThat(c.apply(missed.getFirst().encode())).isEqualTo(RotationOutcome.KNOWN);
    }

    @Test
    void ofTwoRotationsAtTheSameTimeOneHoldsEverywhere() throws IOException {
        introduce();
        byte[] ofA = a.rotate(Set.of(), Map.of());
        byte[] ofB = b.rotate(Set.of(), Map.of());
        exchange(a, ofB);
        exchange(b, ofA);
        exchange(c, ofA);
        exchange(c, ofB);
        assertThat(List.of(a.key().id(), b.key().id())).containsOnly(c.key().id());
    }

    /** As a member that comes to the door of another gets them. */
    private static void catchUp(MeshTrust node, MeshTrust door) {
        for (KeyRotation rotation : door.rotationsFor(node.nodeKey().id(), node.key().id())) {
            try {
                node.applyMissed(rotation.encode());
            } catch (IOException _) {
                return; // its own chain holds
            }
        }
    }

    @Test
    void connectionsOfMembersStayThroughSeveralRotations() throws IOException {
        introduce();
        X509Certificate old = b.shown().certificate();
        X509Certificate bad = c.shown().certificate();
        b.apply(a.rotate(Set.of(c.nodeKey().id()), Map.of()));
        b.apply(a.rotate(Set.of(), Map.of()));
        now.addAndGet(MeshTrust.WINDOW.toMillis());
        assertThat(a.isMember(old)).isTrue();
        assertThat(a.accepts(old)).as("in a handshake").isFalse();
        assertThat(a.isMember(bad)).isFalse();
        assertThat(a.isMember(b.nodeKey().guestCertificate("b"))).as("the key of the node alone").isFalse();
        assertThat(a.isMember(NodeIdentity.issue(first, "stranger").certificate())).as("the old key alone").isFalse();
    }

    @Test
    void bothSidesOfAPartitionThatHaveRotatedFindTogether() throws IOException {
        introduce();
        b.apply(a.rotate(Set.of(), Map.of()));
        b.rotate(Set.of(), Map.of());
        c.rotate(Set.of(), Map.of());
        c.rotate(Set.of(), Map.of());
        now.addAndGet(10 * MeshTrust.WINDOW.toMillis());
        for (int round = 0; round < 2; round++) {
            for (MeshTrust node : List.of(a, b, c)) {
                for (MeshTrust door : List.of(a, b, c)) {
                    catchUp(node, door);
                }
            }
        }
        assertThat(List.of(a.key().id(), b.key().id())).containsOnly(c.key().id());
        assertThat(trusts(a, c) && trusts(c, b)).isTrue();
    }

    @Test
    void anExpulsionIsNotLostToARotationAtTheSameTime() throws IOException {
        for (int i = 0; i < 10; i++) { // the ids of the new keys are in either order
            MeshTrust one = member("one", token);
            MeshTrust two = member("two", token);
            MeshTrust bad = member("bad", token);
            Map<String, String> all = Map.of(one.nodeKey().id(), "one", two.nodeKey().id(), "two",
                    bad.nodeKey().id(), "bad");
            one.addMembers(all);
            two.addMembers(all);
            byte[] expels = one.rotate(Set.of(bad.nodeKey().id()), Map.of());
            exchange(one, two.rotate(Set.of(), Map.of()));
            assertThat(two.apply(expels)).isEqualTo(RotationOutcome.ADOPTED);
            assertThat(one.key().id()).isEqualTo(two.key().id());
            assertThat(two.isExpelled(bad.nodeKey().id())).isTrue();
            assertThat(one.keptThoughExpelled()).isEmpty();
        }
    }

    @Test
    void ofTwoExpulsionsAtTheSameTimeBothCount() throws IOException {
        MeshTrust d = member("d", token);
        Map<String, String> all = Map.of(a.nodeKey().id(), "a", b.nodeKey().id(), "b", c.nodeKey().id(), "c",
                d.nodeKey().id(), "d");
        a.addMembers(all);
        b.addMembers(all);
        byte[] ofA = a.rotate(Set.of(c.nodeKey().id()), Map.of());
        byte[] ofB = b.rotate(Set.of(d.nodeKey().id()), Map.of());
        exchange(a, ofB);
        exchange(b, ofA);
        assertThat(a.key().id()).isEqualTo(b.key().id());
        MeshTrust again = a.keptThoughExpelled().isEmpty() ? b : a;
        MeshTrust other = again == a ? b : a;
        assertThat(again.keptThoughExpelled()).hasSize(1);
        assertThat(other.apply(again.rotate(Set.of(), Map.of()))).isEqualTo(RotationOutcome.ADOPTED);
        for (MeshTrust one : List.of(a, b)) {
            assertThat(one.isExpelled(c.nodeKey().id()) && one.isExpelled(d.nodeKey().id())).isTrue();
            assertThat(one.keptThoughExpelled()).isEmpty();
        }
    }

    @Test
    void aRotationByAReaderKeepsTheWritersKey() throws IOException {
        introduce();
        b.apply(c.rotate(Set.of(), Map.of()));
        assertThat(b.writer().orElseThrow().maySign()).isTrue();
        assertThat(b.writer().orElseThrow().id()).isEqualTo(token.writer().orElseThrow().id());
    }

    @Test
    void refusesARotationWithWhichAReaderMakesItselfAWriter() {
        introduce();
        JoinToken before = new JoinToken(first, List.of(), Optional.of(CacheWriterKey.create()));
        byte[] forged = KeyRotation.create(before, c.nodeKey(), new KeyRotation.NextMembers(
                Map.of(b.nodeKey().id(), "b", c.nodeKey().id(), "c"), Set.of(), Set.of(c.nodeKey().id()))).encode();
        byte[] open = KeyRotation.create(new JoinToken(first, List.of()), c.nodeKey(), new KeyRotation.NextMembers(
                Map.of(b.nodeKey().id(), "b", c.nodeKey().id(), "c"), Set.of(), Set.of(c.nodeKey().id()))).encode();
        for (byte[] rotation : List.of(forged, open)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> b.apply(rotation))
                    .withMessageContaining("have not signed");
        }
    }

    /** A rotation is encrypted to each key, so one that is no key would prevent it. */
    @Test
    void doesNotLearnOfAKeyThatIsNone() {
        String none = "02" + "f".repeat(64);
        a.addMembers(Map.of(none, "x", b.nodeKey().id(), "two words", c.nodeKey().id(), "c"));
        assertThat(a.members()).containsOnlyKeys(c.nodeKey().id());
        a.rotate(Set.of(), Map.of());
        assertThat(a.generation()).isEqualTo(1);
    }

    @Test
    void membersThatArePresentStayWhenThereAreTooMany() {
        NodeKey known = NodeKey.create();
        Map<String, String> old = new HashMap<>();
        for (int i = 0; i < 1100; i++) {
            old.put(known.id().substring(0, 60) + String.format("%06x", i), "old" + i);
        }
        MembershipState full = new MembershipState(token, old, Set.of(), RotationChain.empty(), 0);
        MembershipState more = full.withMembers(Map.of(b.nodeKey().id(), "b"));
        assertThat(more.members()).hasSize(KeyRotation.MAX_MEMBERS).containsKey(b.nodeKey().id());
    }

    @Test
    void aNodeThatHasRestartedServesMembersThatWereAway(@TempDir Path directory) throws IOException {
        MeshKeyFile file = new MeshKeyFile(directory.resolve("mesh.key"));
        file.write(token);
        MembershipFiles files = new MembershipFiles(directory, file);
        NodeKey key = NodeKey.create();
        MeshTrust before = MeshTrust.open(token, key, "n", files, clock);
        before.addMembers(Map.of(b.nodeKey().id(), "b", c.nodeKey().id(), "c"));
        byte[] rotation = before.rotate(Set.of(), Map.of());
        MeshTrust after = MeshTrust.open(file.read(), key, "n", files, clock);
        assertThat(trusts(after, b)).as("the key before, within the window").isTrue();
        exchange(b, rotation);
        assertThat(trusts(after, b) && trusts(b, after)).isTrue();
        after.rotate(Set.of(), Map.of());
        now.addAndGet(2 * MeshTrust.WINDOW.toMillis());
        catchUp(c, MeshTrust.open(file.read(), key, "n", files, clock));
        assertThat(c.generation()).isEqualTo(2);
        assertThat(trusts(after, c) && trusts(c, after)).isTrue();
    }

    private static String proof(MeshTrust node) {
        return node.prove(MeshOfNodes.info(node.nodeName())).writerProof();
    }

    private static void exchange(MeshTrust node, byte[] rotation) {
        try {
            node.apply(rotation);
        } catch (IOException _) {
            // it has the one that holds already
        }
    }

    @Test
    void writersGetTheNewWritersKeyAndReadersOnlyItsPublicHalf() throws IOException {
        introduce();
        byte[] rotation = a.rotate(Set.of(), Map.of(b.nodeKey().id(), proof(b), c.nodeKey().id(),
                proof(b)));
        b.apply(rotation);
        c.apply(rotation);
        assertThat(b.writer().orElseThrow().maySign()).isTrue();
        assertThat(c.writer().orElseThrow().maySign()).as("the proof of another node").isFalse();
        assertThat(b.writer().orElseThrow().id()).isEqualTo(c.writer().orElseThrow().id())
                .isNotEqualTo(token.writer().orElseThrow().id());
    }

    @Test
    void keepsItsMembershipReadableByItsOwnerOnly(@TempDir Path directory) throws IOException {
        MeshKeyFile file = new MeshKeyFile(directory.resolve("mesh.key"));
        file.write(token);
        NodeKey key = NodeKey.readOrDraw(directory);
        key.write(directory);
        MembershipFiles files = new MembershipFiles(directory, file);
        MeshTrust node = MeshTrust.open(token, key, "n", files, clock);
        node.addMembers(Map.of(c.nodeKey().id(), "c"));
        node.rotate(Set.of(c.nodeKey().id()), Map.of());
        for (String name : List.of("mesh.key", "membership", "node.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)))).as(name)
                    .isEqualTo("rw-------");
        }
        MeshTrust again = MeshTrust.open(token, NodeKey.readOrDraw(directory), "n", files, clock);
        assertThat(again.key().id()).isEqualTo(node.key().id()).isEqualTo(file.read().key().id());
        assertThat(again.isExpelled(c.nodeKey().id())).isTrue();
        JoinToken other = new JoinToken(MeshKey.create("other"), List.of());
        assertThat(MeshTrust.open(other, key, "n", files, clock).key().id()).isEqualTo(other.key().id());
    }

    /** A node that forgot its key, or whom it must refuse, must not start as if it never knew. */
    @ParameterizedTest
    @ValueSource(strings = {"membership", "node.key"})
    void saysWhatToDoAboutADamagedFile(String name, @TempDir Path directory) throws IOException {
        MeshKeyFile keyFile = new MeshKeyFile(directory.resolve("mesh.key"));
        keyFile.write(token);
        NodeKey.create().write(directory);
        MeshTrust.open(token, NodeKey.readOrDraw(directory), "n", new MembershipFiles(directory, keyFile), clock)
                .rotate(Set.of(), Map.of());
        Path file = directory.resolve(name);
        String whole = Files.readString(file);
        for (String damaged : List.of("", whole.substring(0, whole.length() / 2), "x".repeat(300))) {
            Files.writeString(file, damaged);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> MeshTrust.open(token,
                    NodeKey.readOrDraw(directory), "n", new MembershipFiles(directory, keyFile), clock))
                    .withMessageMatching("\\Q" + file
                            + "\\E is damaged \\(.*; remove it, and join the mesh again with a new invitation");
        }
    }
}
