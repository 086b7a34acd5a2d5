package dev.floe.node.rpc.messages;

import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/** The messages of {@code /result}: one question, one answer. */
public sealed interface ResultMessage {
    /** Asks for the result of an action, by the 32 bytes of its key. */
    @Proto
    @ProtoName("ResultAsk")
    record ResultRequest(byte[] key) implements ResultMessage {
        public ResultRequest {
            Objects.requireNonNull(key);
        }
    }

    /**
     * A result as {@code ActionResultCodec} writes it. The bytes that it names by digest follow, each once, in its
     * order, as blobs.
     */
    @Proto
    @ProtoName("ResultFound")
    record ResultFound(byte[] result) implements ResultMessage {
        public ResultFound {
            Objects.requireNonNull(result);
        }
    }

    @Proto
    @ProtoName("ResultAbsent")
    record ResultNotFound(String reason) implements ResultMessage {
        public ResultNotFound {
            reason = PeerText.of(reason);
        }
    }
}
