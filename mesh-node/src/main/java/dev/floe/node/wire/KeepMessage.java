package dev.floe.node.wire;

import java.util.List;
import java.util.Objects;
import dev.floe.node.bounds.PeerText;
import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/**
 * What is said on {@code /keep} and {@code /notes}. On {@code /notes}: some {@link Notes}, and an end. On {@code /keep}: a result; what its keeper lacks of it, or an end; the bytes of that, as blobs in the order asked
 * for; and an end.
 */
public sealed interface KeepMessage {
    /** Asks to keep a result, as {@code ResultCodec} writes it, under the 32 bytes of its key. */
    @Proto
    @ProtoName("KeepResult")
    record Keep(byte[] key, byte[] result) implements KeepMessage {
        public Keep {
            Objects.requireNonNull(key);
            Objects.requireNonNull(result);
        }
    }

    /** Which of the digests that the result names are wanted, by their places among them; each digest counts once. */
    @Proto
    @ProtoName("KeepMissing")
    record Missing(List<Integer> digests) implements KeepMessage {
        public Missing {
            digests = digests == null ? List.of() : List.copyOf(digests);
        }
    }

    /** Asks to keep some small things, as far as there is room. */
    @Proto
    @ProtoName("KeepNotes")
    record Notes(List<Note> notes) implements KeepMessage {
        public Notes {
            notes = notes == null ? List.of() : List.copyOf(notes);
        }
    }

    /** What {@link Keep} has, and the bytes of the only content that it names by digest. */
    @Proto
    @ProtoName("KeepNote")
    record Note(byte[] key, byte[] result, byte[] bytes) {
        public Note {
            Objects.requireNonNull(key);
            Objects.requireNonNull(result);
            bytes = Objects.requireNonNullElse(bytes, new byte[0]);
        }
    }

    /** The end: it is kept; {@code before} if it was already. */
    @Proto
    @ProtoName("KeepKept")
    record Kept(boolean before) implements KeepMessage {}

    /** The end: it is not kept; {@code reason} is for people. */
    @Proto
    @ProtoName("KeepRefused")
    record Refused(String reason) implements KeepMessage {
        public Refused {
            reason = PeerText.of(reason);
        }
    }
}
