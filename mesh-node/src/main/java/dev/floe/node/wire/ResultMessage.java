package dev.floe.node.wire;

import java.util.Objects;
import dev.floe.node.bounds.PeerText;
import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/** What is said on {@code /result}: one question, one answer. */
public sealed interface ResultMessage {
    /** Asks for the result of an action, by the 32 bytes of its key. */
    @Proto
    @ProtoName("ResultAsk")
    record Ask(byte[] key) implements ResultMessage {
        public Ask {
            Objects.requireNonNull(key);
        }
    }

    /** A result as {@code ResultCodec} writes it. The bytes that it names by digest follow, each once, in its order, as blobs. */
    @Proto
    @ProtoName("ResultFound")
    record Found(byte[] result) implements ResultMessage {
        public Found {
            Objects.requireNonNull(result);
        }
    }

    @Proto
    @ProtoName("ResultAbsent")
    record Absent(String reason) implements ResultMessage {
        public Absent {
            reason = PeerText.of(reason);
        }
    }
}
