package dev.floe.node.wire;

import java.util.List;
import java.util.Objects;

import dev.floe.node.bounds.PeerText;
import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/**
 * What is said on {@code /blob} and {@code /toolchain}: one question, one answer. The bytes of a {@link Found} follow in blocks.
 */
public sealed interface FetchMessage {
    /** Asks for bytes by digest. */
    @Proto
    @ProtoName("FetchWant")
    record Want(byte[] hash, long size) implements FetchMessage {
        public Want {
            Objects.requireNonNull(hash);
        }
    }

    /** Asks how a toolchain's tarball is cut. */
    @Proto
    @ProtoName("FetchWantToolchain")
    record WantToolchain(String id) implements FetchMessage {
        public WantToolchain {
            Objects.requireNonNull(id);
        }
    }

    @Proto
    @ProtoName("FetchFound")
    record Found(long size) implements FetchMessage {}

    @Proto
    @ProtoName("FetchAbsent")
    record Absent(String reason) implements FetchMessage {
        public Absent {
            reason = PeerText.of(reason);
        }
    }

    /** A tarball as chunks, in order; each is fetched with a {@link Want}. */
    @Proto
    @ProtoName("FetchToolchain")
    record ToolchainFound(byte[] hash, long size, List<Want> chunks) implements FetchMessage {
        public ToolchainFound {
            Objects.requireNonNull(hash);
            chunks = chunks == null ? List.of() : List.copyOf(chunks);
        }
    }
}
