package dev.floe.node.mesh.membership;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.Invitation;

/**
 * What the mesh knows of an invitation: what a proof is checked with, how long and how often it counts, and who has
 * redeemed it. Nothing in it lets anyone in.
 *
 * @param publicHalf    of the invitation's key
 * @param meshKeyId     of the mesh key for which it was made; after a rotation it opens nothing
 * @param expiresMillis by the wall clock of the member that checks it
 * @param redeemedBy    ids of the node keys that have redeemed it, each one use
 * @param writer        whether who redeems it may write to a restricted cache
 * @param writerProof   a signature by the writers' key if so: a record without one may be of any member
 */
@Proto
@ProtoName("Invitation")
@ProtoTypeId(MembershipSchema.FIRST_TYPE_ID)
public record InvitationRecord(@ProtoField(1) byte[] publicHalf,
        @ProtoField(value = 2, defaultValue = "") String meshKeyId,
        @ProtoField(value = 3, defaultValue = "0") long expiresMillis,
        @ProtoField(value = 4, defaultValue = "0") int uses, @ProtoField(5) List<String> redeemedBy,
        @ProtoField(value = 6, defaultValue = "false") boolean writer,
        @ProtoField(value = 7, defaultValue = "") String madeBy,
        @ProtoField(value = 8, defaultValue = "") String writerProof) {
    /** A rotation keeps no more members. */
    private static final int MAX_USES = KeyRotation.MAX_MEMBERS;
    private static final int MAX_TEXT = 200;

    /** Every member can put records into the map; what is longer than any of Floe's is left out, and opens nothing. */
    public InvitationRecord {
        publicHalf = publicHalf == null || publicHalf.length > MAX_TEXT ? new byte[0] : publicHalf;
        meshKeyId = bounded(meshKeyId);
        madeBy = bounded(madeBy);
        writerProof = bounded(writerProof);
        uses = Math.min(uses, MAX_USES);
        redeemedBy = redeemedBy == null
                ? List.of()
                : redeemedBy.stream().filter(node -> node.length() <= MAX_TEXT).distinct().sorted().limit(MAX_USES)
                        .toList();
    }

    private static String bounded(@Nullable String text) {
        return text == null || text.length() > MAX_TEXT ? "" : text;
    }

    /** One that the writers' key has not signed. */
    public InvitationRecord(byte[] publicHalf, String meshKeyId, long expiresMillis, int uses, List<String> redeemedBy,
            boolean writer, String madeBy) {
        this(publicHalf, meshKeyId, expiresMillis, uses, redeemedBy, writer, madeBy, "");
    }

    /** The same with the proof that a writer has made it, if this node is one. */
    public InvitationRecord proven(Optional<CacheWriterKey> writers) {
        return new InvitationRecord(publicHalf, meshKeyId, expiresMillis, uses, redeemedBy, writer, madeBy,
                writer ? WriterProof.create(writers, writerClaim()) : "");
    }

    /** Whether who redeems it gets the writers' key. */
    boolean givesWritersKey(Optional<CacheWriterKey> writers) {
        return writer && WriterProof.isValid(writers, writerClaim(), writerProof);
    }

    private String writerClaim() {
        return "invitation " + Invitation.id(publicHalf) + " " + meshKeyId + " " + expiresMillis + " " + uses;
    }

    /** Why it does not let a node in now; empty if it does. */
    Optional<String> refusal(long nowMillis, String currentMeshKeyId, String nodeKey) {
        if (!meshKeyId.equals(currentMeshKeyId)) {
            return Optional.of("the mesh's key has changed since this invitation was made");
        }
        if (nowMillis >= expiresMillis) {
            return Optional.of("this invitation has expired");
        }
        return redeemedBy.size() >= uses && !redeemedBy.contains(nodeKey)
                ? Optional.of("this invitation has been used")
                : Optional.empty();
    }

    /** The same with one use less. */
    InvitationRecord redeemed(String nodeKey) {
        return with(Stream.concat(redeemedBy.stream(), Stream.of(nodeKey)).toList());
    }

    /** What both sides of a partition know: a use counts wherever it was taken. */
    InvitationRecord union(InvitationRecord other) {
        return with(Stream.concat(redeemedBy.stream(), other.redeemedBy.stream()).toList());
    }

    private InvitationRecord with(List<String> nodeKeys) {
        return new InvitationRecord(publicHalf, meshKeyId, expiresMillis, uses, nodeKeys, writer, madeBy,
                writerProof);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InvitationRecord it && Arrays.equals(publicHalf, it.publicHalf)
                && meshKeyId.equals(it.meshKeyId) && expiresMillis == it.expiresMillis && uses == it.uses
                && redeemedBy.equals(it.redeemedBy) && writer == it.writer && madeBy.equals(it.madeBy)
                && writerProof.equals(it.writerProof);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(publicHalf), redeemedBy);
    }
}
