package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /blob}, {@code /toolchain} and {@code /toolchain-files}: one question, one answer. The bytes
 * of a {@link BlobFound} follow in blocks.
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

    /**
     * Asks {@code /toolchain-files} for files of a toolchain, or for its manifest. A {@link BlobFound} with the sum of
     * their sizes answers it, and the bytes of each file follow in the order of the question.
     *
     * @param files numbers of files, counted from 0 among those of the manifest; empty for the manifest itself
     * @param relay whether a node that does not hold the toolchain fetches it too; a {@link ToolchainPending} answers
     *              while it has not got the files
     */
    @Proto
    @ProtoName("FetchWantToolchainFiles")
    record FetchToolchainFiles(String id, List<Integer> files, boolean relay) implements BlobFetchMessage {
        public FetchToolchainFiles {
            Objects.requireNonNull(id);
            files = files == null ? List.of() : List.copyOf(files);
        }
    }

    /**
     * The files that a relay was asked for are not there yet; the question is asked again.
     *
     * @param received bytes of the toolchain that the relay has so far; a relay whose number stays has a problem
     */
    @Proto
    @ProtoName("FetchToolchainPending")
    record ToolchainPending(long received) implements BlobFetchMessage {}

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
