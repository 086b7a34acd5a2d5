package dev.floe.node.mesh.membership;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import dev.floe.node.mesh.security.NodeKey;

/**
 * Trusts in whom {@link MeshTrust} accepts at the moment of a handshake. With guests it also lets those through the
 * handshake who prove no more than a key of their own: whoever uses it must look at the certificate again, and lets
 * them to the door only.
 */
final class MemberTrustManager extends ChainTrustManager {
    private final MeshTrust trust;
    private final boolean guests;

    MemberTrustManager(MeshTrust trust, boolean guests) {
        this.trust = trust;
        this.guests = guests;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (!guests || chain.length != 1 || !NodeKey.isGuest(chain[0])) {
            trust.check(chain);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.check(chain);
    }

    /** The name of the mesh's issuer, which stays through rotations; none if guests are let through. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return guests ? super.getAcceptedIssuers() : trust.shown().trustManager().getAcceptedIssuers();
    }
}
