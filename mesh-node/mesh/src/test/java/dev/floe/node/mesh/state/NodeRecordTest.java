package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.infinispan.protostream.ProtobufUtil;
import org.infinispan.protostream.SerializationContext;
import org.junit.jupiter.api.Test;

final class NodeRecordTest {
    private static final NodeInfo INFO = new NodeInfo(new StateVersion(3, 99), NodeId.random(), "node-a", "10.0.0.4",
            7080,
            new MachineInfo("aarch64", 4, 0.25, 1L << 32, List.of("arm", "riscv64")),
            new NodeCapabilities(3, false, "no user namespaces", List.of("aa", "bb"), 1L << 30, "", List.of(), true),
            "0.2.0", 2, 1_760_000_000_000L, NodeFeature.all());
    private static final NodeState STATE = new NodeState(new StateVersion(3, 100), 2, 1, 4, 5000, 1.5, 1L << 30, true);

    private final SerializationContext context = context();

    @Test
    void readsBackWhatItWrote() throws IOException {
        assertThat(read(NodeInfo.class, write(INFO))).isEqualTo(INFO);
        assertThat(read(NodeState.class, write(STATE))).isEqualTo(STATE);
        assertThat(INFO.isSound()).isTrue();
        assertThat(STATE.isSound()).isTrue();
    }

    @Test
    void ignoresFieldsOfALaterVersion() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(write(STATE));
        // Field 1000, length-delimited, "new"; field 1001, varint, 7.
        out.write(new byte[]{(byte) 0xc2, 0x3e, 3, 'n', 'e', 'w', (byte) 0xc8, 0x3e, 7});
        assertThat(read(NodeState.class, out.toByteArray())).isEqualTo(STATE);
    }

    @Test
    void readsAMachineOfAVersionThatDidNotKnowEmulators() throws IOException {
        // Fields 1 to 4: "aarch64", 4 cores, speed 0.25, 5 bytes of memory.
        byte[] old = {0x0a, 7, 'a', 'a', 'r', 'c', 'h', '6', '4', 0x10, 4, 0x19, 0, 0, 0, 0, 0, 0, (byte) 0xd0, 0x3f,
                0x20, 5};
        MachineInfo machine = read(MachineInfo.class, old);
        assertThat(machine.cores()).isEqualTo(4);
        assertThat(machine.speed()).isEqualTo(0.25);
        assertThat(machine.emulated()).isEmpty();
        assertThat(machine.runsByItself("aarch64")).isTrue();
        assertThat(INFO.machine().runsByItself("arm")).isFalse();
    }

    @Test
    void aRecordOfRelease010HasNoFeaturesAndIsSound() throws IOException {
        byte[] now = write(INFO.with(List.of()));
        byte[] whole = Arrays.copyOf(now, now.length - 6); // without the empty texts of the key and of the proofs
        NodeInfo old = read(NodeInfo.class, whole);
        assertThat(old.features()).isEmpty();
        assertThat(old.nodeKey() + old.writerProof() + old.keyProof()).isEmpty();
        assertThat(old.isSound()).isTrue();
        assertThat(INFO.has(NodeFeature.OBSERVE)).isTrue();
        // The features are at the end: release 0.1.0 wrote all that is before them.
        assertThat(Arrays.copyOf(write(INFO), whole.length)).isEqualTo(whole);
    }

    @Test
    void whatRelease010OffersIsSound() throws IOException {
        // Fields 1 to 5: 3 slots, executes, no reason, toolchain "aa", 5 bytes of cache.
        byte[] old = {0x08, 3, 0x10, 1, 0x1a, 0, 0x22, 2, 'a', 'a', 0x28, 5};
        NodeCapabilities offering = read(NodeCapabilities.class, old);
        assertThat(offering).isEqualTo(new NodeCapabilities(3, true, "", List.of("aa"), 5));
        assertThat(INFO.offering(offering).isSound()).isTrue();
    }

    @Test
    void boundsTheKeyAndItsProof() {
        assertThat(INFO.withKey("02" + "ab".repeat(32), "proof", "proof").isSound()).isTrue();
        assertThat(INFO.withKey("02" + "ab".repeat(31), "", "").isSound()).isFalse();
        assertThat(INFO.withKey("09" + "ab".repeat(32), "", "").isSound()).isFalse();
        assertThat(INFO.withKey("", "x".repeat(129), "").isSound()).isFalse();
        assertThat(INFO.withKey("", "", "x".repeat(129)).isSound()).isFalse();
    }

    /** All members keep each record, also one that they ignore. */
    @Test
    void aRecordThatIsNotSoundTakesNoMemory() throws IOException {
        String longText = "x".repeat(100_000);
        NodeInfo large = new NodeInfo(INFO.stamp(), INFO.id(), longText, longText, 7080,
                new MachineInfo(longText, 4, 1, 1, Collections.nCopies(10_000, longText)),
                new NodeCapabilities(3, true, longText, Collections.nCopies(10_000, longText), 1, longText,
                        Collections.nCopies(10_000, longText), false),
                longText, 2, 0, Collections.nCopies(10_000, longText), longText, longText, longText);
        assertThat(large.isSound()).isFalse();
        assertThat(write(large)).hasSizeLessThan(2000);
    }

    /** They would turn the line of a table around, or begin another. */
    @Test
    void whatIsShownOfANodeHasNoCharactersThatChangeTheLine() {
        for (String odd : List.of("1.0\u202e", "1.0\u2028", "1.0\u200b", "1.0\007")) {
            assertThat(INFO.offering(new NodeCapabilities(3, true, odd, List.of(), 0)).isSound()).isFalse();
            assertThat(INFO.offering(new NodeCapabilities(3, true, "", List.of(), 0, odd, List.of(), false)).isSound())
                    .isFalse();
            assertThat(
                    new NodeInfo(INFO.stamp(), INFO.id(), "a", "10.0.0.4", 7080, INFO.machine(), INFO.offering(), odd,
                            2, 0).isSound())
                    .isFalse();
        }
    }

    @Test
    void boundsFeatures() {
        assertThat(INFO.with(Collections.nCopies(65, "x")).isSound()).isFalse();
        assertThat(INFO.with(Collections.nCopies(64, "x")).isSound()).isTrue();
        assertThat(INFO.with(List.of("x".repeat(33))).isSound()).isFalse();
        assertThat(INFO.with(List.of("")).isSound()).isFalse();
        assertThat(INFO.with(List.of("a\nb")).isSound()).isFalse();
    }

    @Test
    void takesARecordWithoutFieldsForUnsound() throws IOException {
        NodeInfo empty = read(NodeInfo.class, new byte[0]);
        assertThat(empty.id()).isEqualTo(NodeId.NONE);
        assertThat(empty.isSound()).isFalse();
        assertThat(read(NodeState.class, new byte[0]).stamp()).isEqualTo(StateVersion.NONE);
    }

    @Test
    void knowsWhatIsOutOfBounds() {
        assertThat(INFO.offering(new NodeCapabilities(-1, true, "", List.of(), 0)).isSound()).isFalse();
        assertThat(INFO.offering(new NodeCapabilities(1, true, "a\nb", List.of(), 0)).isSound()).isFalse();
        assertThat(INFO.offering(new NodeCapabilities(1, true, "", List.of("x".repeat(500)), 0)).isSound()).isFalse();
        assertThat(emulating(Collections.nCopies(17, "arm")).isSound()).isFalse();
        assertThat(emulating(List.of("a\nb")).isSound()).isFalse();
        assertThat(new NodeState(StateVersion.NONE, 1, 1, 1, -1, 0, 0, false).isSound()).isFalse();
        assertThat(new NodeState(StateVersion.NONE, 1, 1, 1, 1, Double.NaN, 0, false).isSound()).isFalse();
    }

    private static NodeInfo emulating(List<String> processors) {
        return new NodeInfo(INFO.stamp(), INFO.id(), INFO.name(), INFO.host(), INFO.dataPort(),
                new MachineInfo("aarch64", 4, 0.25, 1L << 32, processors), INFO.offering(), INFO.version(),
                INFO.protocol(),
                INFO.startedAtMillis());
    }

    @Test
    void neverFailsBadlyOnGarbage() {
        long seed = 815;
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = garbage(random);
            try {
                read(NodeInfo.class, bytes).isSound();
                read++;
            } catch (IOException | RuntimeException e) {
                assertThat(e).as("seed %d, round %d", seed, i).isNotInstanceOf(NullPointerException.class)
                        .isNotInstanceOf(ClassCastException.class);
            }
        }
        assertThat(read).as("some of it is read").isPositive();
    }

    @Test
    void tellsWhatMatters() {
        NodeState free = new NodeState(StateVersion.NONE, 8, 4, 0, 0, 0, 1L << 33, false);
        assertThat(new NodeState(StateVersion.NONE, 7, 5, 0, 0, 0.1, 1L << 33, false).mattersAfter(free)).isFalse();
        assertThat(new NodeState(StateVersion.NONE, 6, 4, 0, 0, 0, 1L << 33, false).mattersAfter(free)).isTrue();
        assertThat(new NodeState(StateVersion.NONE, 8, 4, 0, 0, 0, 1L << 33, true).mattersAfter(free)).isTrue();
        assertThat(new NodeState(StateVersion.NONE, 8, 4, 0, 0, 0, 1L << 32, false).mattersAfter(free)).isTrue();
        NodeState one = new NodeState(StateVersion.NONE, 1, 99, 0, 0, 0, 0, false);
        assertThat(new NodeState(StateVersion.NONE, 0, 100, 0, 0, 0, 0, false).mattersAfter(one)).isTrue();
        assertThat(free.mattersAfter(free)).isFalse();
    }

    @Test
    void ordersByEpochThenSequence() {
        assertThat(new StateVersion(2, 1).isAfter(new StateVersion(1, 9))).isTrue();
        assertThat(new StateVersion(2, 2).isAfter(new StateVersion(2, 1))).isTrue();
        assertThat(new StateVersion(2, 2).isAfter(new StateVersion(2, 2))).isFalse();
    }

    @Test
    void printsAndReadsIds() {
        assertThat(NodeId.parse(INFO.id().toString())).isEqualTo(INFO.id());
        assertThat(new NodeId(1, 2)).hasToString("00000000000000010000000000000002");
    }

    private byte[] garbage(Random random) {
        try {
            byte[] bytes = write(INFO);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            return Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] write(NodeRecord record) throws IOException {
        return ProtobufUtil.toByteArray(context, record);
    }

    private <T> T read(Class<T> type, byte[] bytes) throws IOException {
        return ProtobufUtil.fromByteArray(context, bytes, 0, bytes.length, type);
    }

    private static SerializationContext context() {
        SerializationContext context = ProtobufUtil.newSerializationContext();
        NodeSchema schema = NodeSchema.create();
        schema.registerSchema(context);
        schema.registerMarshallers(context);
        return context;
    }
}
