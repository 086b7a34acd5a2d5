package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.infinispan.protostream.ProtobufUtil;
import org.infinispan.protostream.SerializationContext;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Records of the replicated state as a member may write them. */
final class NodeRecordFuzzTest {
    private static final SerializationContext CONTEXT = context();

    private static SerializationContext context() {
        SerializationContext context = ProtobufUtil.newSerializationContext();
        NodeSchema.create().register(context);
        return context;
    }

    /** What cannot be decoded is an exception of ProtoStream, which Infinispan reports; isSound judges the rest. */
    @MethodSource("records")
    @FuzzTest
    void decodesOrRefusesAndJudges(byte[] bytes) {
        Object record;
        try {
            record = ProtobufUtil.fromWrappedByteArray(CONTEXT, bytes);
        } catch (IOException | RuntimeException _) {
            return;
        }
        switch (record) {
            case NodeInfo info when info.isSound() -> assertThat(info.name()).isNotEmpty();
            case NodeState state when state.isSound() -> assertThat(state.mattersAfter(state)).isFalse();
            case ResultIndexEntry entry ->
                assertThat(entry.union(entry).holders()).hasSizeLessThanOrEqualTo(ResultIndexEntry.MAX_HOLDERS);
            case null, default -> {
                // nothing to judge
            }
        }
    }

    static Stream<byte[]> records() throws IOException {
        NodeId id = new NodeId(1, 2);
        List<Object> records = List.of(
                new NodeInfo(new StateVersion(1, 2), id, "node", "10.0.0.1", 7420,
                        new MachineInfo("x86_64", 4, 1.5, 1 << 30, List.of("i686")),
                        new NodeCapabilities(4, true, "", List.of("ab".repeat(32)), 1 << 20), "0.1.0", 1, 5),
                new NodeState(new StateVersion(1, 3), 1, 2, 3, 4, 0.5, 6, false), new ResultKey(1, 2, 3, 4),
                new ResultIndexEntry(List.of(id), NodeId.NONE, 0), id);
        Stream.Builder<byte[]> encoded = Stream.builder();
        for (Object record : records) {
            encoded.add(ProtobufUtil.toWrappedByteArray(CONTEXT, record));
        }
        return encoded.build();
    }
}
