package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /keep} and {@code /notes}. On {@code /notes}: some {@link Advisories}, and an end. On {@code
 * /keep}: a result; what its keeper lacks of it, or an end; the bytes of that, as blobs in the order asked for; and an
 * end.
 */
public sealed interface ReplicateMessage {
    /** Asks to keep a result, as {@code ActionResultCodec} writes it, under the 32 bytes of its key. */
    @Proto
    @ProtoName("KeepResult")
    record StoreResult(byte[] key, byte[] result) implements ReplicateMessage {
        public StoreResult {
            Objects.requireNonNull(key);
            Objects.requireNonNull(result);
        }
    }

    /** Which of the digests that the result names are wanted, by their places among them; each digest counts once. */
    @Proto
    @ProtoName("KeepMissing")
    record MissingBlobs(List<Integer> digests) implements ReplicateMessage {
        public MissingBlobs {
            digests = digests == null ? List.of() : List.copyOf(digests);
        }
    }

    /** Asks to keep some small things, as far as there is room. */
    @Proto
    @ProtoName("KeepNotes")
    record Advisories(List<Advisory> notes) implements ReplicateMessage {
        public Advisories {
            notes = notes == null ? List.of() : List.copyOf(notes);
        }
    }

    /** What {@link StoreResult} has, and the bytes of the only content that it names by digest. */
    @Proto
    @ProtoName("KeepNote")
    record Advisory(byte[] key, byte[] result, byte[] bytes) {
        public Advisory {
            Objects.requireNonNull(key);
            Objects.requireNonNull(result);
            bytes = Objects.requireNonNullElse(bytes, new byte[0]);
        }
    }

    /** The end: it is kept; {@code before} if it was already. */
    @Proto
    @ProtoName("KeepKept")
    record ResultStored(boolean before) implements ReplicateMessage {}

    /** The end: it is not kept; {@code reason} is for people. */
    @Proto
    @ProtoName("KeepRefused")
    record StoreRejected(String reason) implements ReplicateMessage {
        public StoreRejected {
            reason = PeerText.of(reason);
        }
    }
}
