package dev.floe.node.mesh.membership;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;

/**
 * Answers those who come to the door of the mesh: machines that are no members, and have proven a key of their own by a
 * certificate that they have signed themselves. Thread-safe.
 *
 * <p>A machine either redeems an invitation, or asks for the rotations that it has missed while it was away.
 */
public final class DoorService {
    private static final Logger LOG = LogManager.getLogger(DoorService.class);

    private final MeshTrust trust;
    private final InvitationBook invitations;

    public DoorService(MeshTrust trust, InvitationBook invitations) {
        this.trust = trust;
        this.invitations = invitations;
    }

    /**
     * @param nonce the number that this connection began with
     * @param own   the certificate that this node has shown on this connection
     * @param peer  the one that the other side has shown
     */
    public byte[] answer(byte[] nonce, X509Certificate own, X509Certificate peer, byte[] request) {
        String nodeKey = NodeKey.idOf(peer);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(request))) {
            DoorMessage message = DoorMessage.read(in);
            if (nodeKey.isEmpty()) {
                return DoorMessage.refused("the certificate has no key of a node");
            }
            if (trust.isExpelled(nodeKey)) {
                return DoorMessage.refused("this node was expelled from the mesh"
                        + trust.expeller(nodeKey).map(name -> " by " + name).orElse(""));
            }
            return switch (message) {
                case DoorMessage.Redeem redeem -> redeem(redeem, nonce, own, peer);
                case DoorMessage.CatchUp away -> catchUp(away, nodeKey);
            };
        } catch (IOException | CertificateEncodingException e) {
            return DoorMessage.refused("the request is damaged");
        }
    }

    private byte[] catchUp(DoorMessage.CatchUp request, String nodeKey) {
        List<KeyRotation> missed = trust.rotationsFor(nodeKey, request.meshKeyId());
        return missed.isEmpty() && trust.isReplaced(request.meshKeyId())
                ? DoorMessage.refused("the mesh's key was rotated when nobody knew this node")
                : DoorMessage.rotations(missed);
    }

    private byte[] redeem(DoorMessage.Redeem request, byte[] nonce, X509Certificate own, X509Certificate peer)
            throws CertificateEncodingException {
        Optional<byte[]> publicHalf = invitations.publicHalf(request.invitation());
        if (publicHalf.isEmpty()) {
            return refused(request, "this mesh knows no such invitation; it was forged, or has expired");
        }
        byte[] transcript = Invitation.transcript(nonce, own.getEncoded(), peer.getEncoded(), request.nodeName());
        if (!NodeNames.isName(request.nodeName())
                || !Invitation.verifies(publicHalf.get(), transcript, request.proof())) {
            return refused(request, "the proof of the invitation's secret is wrong");
        }
        String nodeKey = NodeKey.idOf(peer);
        Optional<InvitationRecord> forWriter = trust.writer().flatMap(
                _ -> invitations.findForWriter(request.invitation(), trust.key().id(), nodeKey));
        if (forWriter.isPresent()) {
            if (!forWriter.get().givesWritersKey(trust.writer())) {
                return refused(request, "it is for a machine that may write to the cache, and no such machine made it");
            }
            if (trust.writer().filter(CacheWriterKey::maySign).isEmpty()) {
                LOG.info("invitation={} is for a writer, and this node is none", request.invitation());
                return DoorMessage.anotherDoor("may not write to the cache, and so lets no other in that may");
            }
        }
        return switch (invitations.redeem(request.invitation(), trust.key().id(), nodeKey)) {
            case InvitationBook.Redemption.UseRefused(String reason) -> refused(request, reason);
            case InvitationBook.Redemption.UseGranted(InvitationRecord invitation) -> {
                trust.addMembers(Map.of(nodeKey, request.nodeName()));
                LOG.info("node={} joins key={} invitation={} uses={}/{} from={}", request.nodeName(), nodeKey,
                        request.invitation(), invitation.redeemedBy().size(), invitation.uses(), invitation.madeBy());
                yield DoorMessage.granted(trust.token(invitation.givesWritersKey(trust.writer())).encode());
            }
        };
    }

    private static byte[] refused(DoorMessage.Redeem request, String reason) {
        LOG.warn("refused invitation={} reason=\"{}\"", request.invitation(), reason);
        return DoorMessage.refused(reason);
    }
}
