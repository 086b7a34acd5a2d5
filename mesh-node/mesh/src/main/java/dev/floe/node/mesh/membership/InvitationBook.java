package dev.floe.node.mesh.membership;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import dev.floe.node.mesh.security.Invitation;

/**
 * The invitations of the mesh, which all members share. A use is taken by comparing and exchanging the record, which
 * the mesh does at one member at a time, so that two members cannot take the same use. Thread-safe.
 */
public final class InvitationBook {
    /** Most that may be open at a time. */
    public static final int MAX_OPEN = 1000;

    private static final int ATTEMPTS = 100;

    private final Supplier<? extends ConcurrentMap<String, InvitationRecord>> records;
    private final InstantSource clock;

    /** @param records replicated; asked again at each use, because it is not there before the node has joined */
    public InvitationBook(Supplier<? extends ConcurrentMap<String, InvitationRecord>> records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    /** What became of an attempt to redeem. */
    public sealed interface Redemption {
        /** One use is taken. */
        record UseGranted(InvitationRecord invitation) implements Redemption {}

        /** Nothing has changed. */
        record UseRefused(String reason) implements Redemption {}
    }

    /** @throws IllegalStateException if too many are open */
    public void add(InvitationRecord invitation) {
        ConcurrentMap<String, InvitationRecord> map = records.get();
        map.values().stream().filter(old -> old.expiresMillis() <= clock.millis())
                .map(old -> Invitation.id(old.publicHalf())).toList().forEach(map::remove);
        if (map.size() >= MAX_OPEN) {
            throw new IllegalStateException("more than " + MAX_OPEN + " invitations are open");
        }
        map.put(Invitation.id(invitation.publicHalf()), invitation);
    }

    /** The ids of the node keys that have redeemed invitations for a mesh key. */
    public Set<String> redeemers(String meshKeyId) {
        Set<String> nodes = new TreeSet<>();
        records.get().values().stream().filter(it -> it.meshKeyId().equals(meshKeyId))
                .forEach(it -> nodes.addAll(it.redeemedBy()));
        return nodes;
    }

    /** The public half of the key of an invitation; empty if the mesh knows none of this id. */
    Optional<byte[]> publicHalf(String id) {
        return Optional.ofNullable(records.get().get(id)).map(InvitationRecord::publicHalf);
    }

    /** An invitation for a writer that would let this node in now. */
    Optional<InvitationRecord> findForWriter(String id, String meshKeyId, String nodeKey) {
        return Optional.ofNullable(records.get().get(id)).filter(InvitationRecord::writer)
                .filter(it -> it.refusal(clock.millis(), meshKeyId, nodeKey).isEmpty());
    }

    /** Takes one use, for a node that has proven the secret; none if it has one already, and lost the answer. */
    Redemption redeem(String id, String meshKeyId, String nodeKey) {
        ConcurrentMap<String, InvitationRecord> map = records.get();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            InvitationRecord before = map.get(id);
            if (before == null) {
                return new Redemption.UseRefused("this mesh knows no such invitation");
            }
            Optional<String> refusal = before.refusal(clock.millis(), meshKeyId, nodeKey);
            if (refusal.isPresent()) {
                return new Redemption.UseRefused(refusal.get());
            }
            if (before.redeemedBy().contains(nodeKey)) {
                return new Redemption.UseGranted(before);
            }
            InvitationRecord after = before.redeemed(nodeKey);
            if (map.replace(id, before, after)) {
                return new Redemption.UseGranted(after);
            }
        }
        return new Redemption.UseRefused("too many use this invitation at once; try again");
    }
}
