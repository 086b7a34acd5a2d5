package dev.floe.node.mesh.membership;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.security.NodeKey;

/**
 * Trusts in whom {@link MeshTrust} accepts at the moment of a handshake. With guests it also lets those through the
 * handshake who prove no more than a key of their own: whoever uses it must look at the certificate again, and lets
 * them to the door only.
 */
final class MemberTrustManager extends X509ExtendedTrustManager {
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

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    /** The name of the mesh's issuer, which stays through rotations; none if guests are let through. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        X509Certificate[] issuers = trust.shown().trustManager().getAcceptedIssuers();
        return guests ? new X509Certificate[0] : Arrays.copyOf(issuers, issuers.length);
    }
}
