package dev.floe.node.mesh.membership;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import dev.floe.node.mesh.security.NodeIdentity;

/** TLS of a node with the others: asks {@link MeshTrust} at each handshake what to show, and whom to trust. */
public record MemberTls(MeshTrust trust) {
    /** Shows the certificate of the moment. */
    public X509ExtendedKeyManager keyManager() {
        return new ShownKeyManager(trust::shown);
    }

    /**
     * Trusts in members.
     *
     * @param guests whether to let those through the handshake too who are for the door only; the caller must check
     *               each certificate again
     */
    public X509ExtendedTrustManager trustManager(boolean guests) {
        return new MemberTrustManager(trust, guests);
    }

    /** A context for both ends, among members. */
    public SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance(NodeIdentity.TLS);
            context.init(new KeyManager[]{keyManager()}, new TrustManager[]{trustManager(false)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + NodeIdentity.TLS, e);
        }
    }
}
