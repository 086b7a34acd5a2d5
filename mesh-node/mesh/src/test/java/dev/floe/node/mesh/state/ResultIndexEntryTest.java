package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.infinispan.protostream.ProtobufUtil;
import org.infinispan.protostream.SerializationContext;
import org.junit.jupiter.api.Test;

final class ResultIndexEntryTest {
    private static final NodeId A = new NodeId(1, 1);
    private static final NodeId B = new NodeId(2, 2);
    private static final NodeId C = new NodeId(3, 3);

    private final SerializationContext context = context();

    @Test
    void theLatestHolderComesFirstAndOnce() {
        ResultIndexEntry entry = ResultIndexEntry.NONE.madeBy(C, 7).heldBy(A).heldBy(B).heldBy(A);
        assertThat(entry.holders()).containsExactly(A, B);
        assertThat(entry.maker()).isEqualTo(NodeId.NONE);
        assertThat(entry.withoutHolder(A).withoutHolder(B).isEmpty()).isTrue();
    }

    @Test
    void remembersABoundedNumberOfHolders() {
        ResultIndexEntry entry = ResultIndexEntry.NONE;
        for (int i = 1; i <= 100; i++) {
            entry = entry.heldBy(new NodeId(i, i));
        }
        assertThat(entry.holders()).hasSize(ResultIndexEntry.MAX_HOLDERS).startsWith(new NodeId(100, 100));
    }

    @Test
    void aClaimKeepsTheHoldersWhoAreAway() {
        ResultIndexEntry entry = ResultIndexEntry.NONE.heldBy(A).madeBy(B, 7);
        assertThat(entry.holders()).containsExactly(A);
        assertThat(entry.madeBy(NodeId.NONE, 99)).isEqualTo(ResultIndexEntry.NONE.heldBy(A));
    }

    @Test
    void aUnionHasTheSameHoldersInWhateverOrder() {
        long seed = 4711;
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            List<ResultIndexEntry> entries = new ArrayList<>(
                    List.of(ResultIndexEntry.NONE, ResultIndexEntry.NONE.madeBy(C, 1),
                            ResultIndexEntry.NONE.heldBy(A), ResultIndexEntry.NONE.heldBy(B).heldBy(A),
                            ResultIndexEntry.NONE.heldBy(C)));
            Collections.shuffle(entries, random);
            ResultIndexEntry union = entries.stream().reduce(ResultIndexEntry.NONE, ResultIndexEntry::union);
            assertThat(union.holders()).as("seed %d", seed).containsExactlyInAnyOrder(A, B, C);
            assertThat(union.maker()).isEqualTo(NodeId.NONE);
        }
        assertThat(ResultIndexEntry.NONE.union(ResultIndexEntry.NONE.madeBy(B, 2)))
                .isEqualTo(ResultIndexEntry.NONE.madeBy(B, 2));
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        ResultIndexEntry entry = ResultIndexEntry.NONE.heldBy(A).heldBy(B).madeBy(C, -5);
        assertThat(read(ResultIndexEntry.class, ProtobufUtil.toByteArray(context, entry))).isEqualTo(entry);
        ResultKey key = new ResultKey(-1, 2, -3, 4);
        assertThat(read(ResultKey.class, ProtobufUtil.toByteArray(context, key))).isEqualTo(key);
        assertThat(read(ResultIndexEntry.class, new byte[0])).isEqualTo(ResultIndexEntry.NONE);
    }

    @Test
    void neverFailsBadlyOnGarbage() throws IOException {
        byte[] whole = ProtobufUtil.toByteArray(context, ResultIndexEntry.NONE.heldBy(A).heldBy(B).madeBy(C, 1));
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                assertThat(read(ResultIndexEntry.class, bytes).holders())
                        .hasSizeLessThanOrEqualTo(ResultIndexEntry.MAX_HOLDERS);
                read++;
            } catch (IOException | RuntimeException e) {
                assertThat(e).as("seed %d", seed).isNotInstanceOf(NullPointerException.class)
                        .isNotInstanceOf(ClassCastException.class);
            }
        }
        assertThat(read).as("some of it is read").isPositive();
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
