package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /blob} and {@code /toolchain}: one question, one answer. The bytes of a {@link BlobFound}
 * follow in blocks.
 */
public sealed interface BlobFetchMessage {
    /** Asks for bytes by digest. */
    @Proto
    @ProtoName("FetchWant")
    record FetchBlob(byte[] hash, long size) implements BlobFetchMessage {
        public FetchBlob {
            Objects.requireNonNull(hash);
        }
    }

    /** Asks how a toolchain's tarball is cut. */
    @Proto
    @ProtoName("FetchWantToolchain")
    record FetchToolchain(String id) implements BlobFetchMessage {
        public FetchToolchain {
            Objects.requireNonNull(id);
        }
    }

    @Proto
    @ProtoName("FetchFound")
    record BlobFound(long size) implements BlobFetchMessage {}

    @Proto
    @ProtoName("FetchAbsent")
    record BlobNotFound(String reason) implements BlobFetchMessage {
        public BlobNotFound {
            reason = PeerText.of(reason);
        }
    }

    /** A tarball as chunks, in order; each is fetched with a {@link FetchBlob}. */
    @Proto
    @ProtoName("FetchToolchain")
    record ToolchainFound(byte[] hash, long size, List<FetchBlob> chunks) implements BlobFetchMessage {
        public ToolchainFound {
            Objects.requireNonNull(hash);
            chunks = chunks == null ? List.of() : List.copyOf(chunks);
        }
    }
}
