package dev.floe.node.mesh.security;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * The identity of a node, and its trust in others: a key, a certificate signed by the mesh's key with the node's
 * name as common name, good for both ends of a connection, and trust in exactly what the mesh's key has signed.
 *
 * <p>The certificate of the mesh, the only one that is trusted, is made again from the key by each node and never sent.
 * Certificates name no host, so host names must not be checked.
 */
public record NodeIdentity(String nodeName, PrivateKey privateKey, X509Certificate certificate,
        X509ExtendedTrustManager trustManager) {
    /** The only protocol that nodes speak with each other. */
    public static final String TLS = "TLSv1.3";

    /**
     * A fresh identity, for one start of the node.
     *
     * @throws IllegalArgumentException for a node name that {@link NodeNames} refuses
     */
    public static NodeIdentity issue(MeshKey mesh, String nodeName) {
        return issue(mesh, mesh.id(), nodeName, NodeKey.create());
    }

    /**
     * The identity of a node with a key of its own.
     *
     * @param meshId the id of the mesh, which stays when its key is rotated
     * @throws IllegalArgumentException for a node name that {@link NodeNames} refuses
     */
    public static NodeIdentity issue(MeshKey mesh, String meshId, String nodeName, NodeKey pair) {
        NodeNames.check("node name", nodeName);
        X500Principal issuer = new X500Principal("CN=" + meshId + ", O=Floe mesh");
        try {
            X509Certificate certificate = NodeCertificateBuilder.ofNode(new X500Principal("CN=" + nodeName),
                    pair.publicKey(),
                    issuer, mesh.privateKey());
            TrustAnchor anchor = new TrustAnchor(
                    NodeCertificateBuilder.ofMesh(issuer, mesh.publicKey(), mesh.privateKey()),
                    null);
            return new NodeIdentity(nodeName, pair.privateKey(), certificate, trust(anchor));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this Java lacks what a P-256 certificate needs", e);
        }
    }

    /** A key manager that shows a certificate. */
    public static X509ExtendedKeyManager keyManager(PrivateKey key, X509Certificate certificate) {
        return new NodeKeyManager(key, certificate);
    }

    /** A key manager that shows this node's certificate. */
    public X509ExtendedKeyManager keyManager() {
        return new NodeKeyManager(privateKey, certificate);
    }

    /**
     * A context for both ends. A socket made from it must still be told to enable {@link #TLS} alone and, on the
     * server's side, to need a certificate of the client.
     */
    public SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance(TLS);
            context.init(new KeyManager[]{keyManager()}, new TrustManager[]{trustManager}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + TLS, e);
        }
    }

    private static X509ExtendedTrustManager trust(TrustAnchor anchor) throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(Set.of(anchor), new X509CertSelector());
        parameters.setRevocationEnabled(false);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /** The node's name, never its key. */
    @Override
    public String toString() {
        return "Identity[" + nodeName + "]";
    }
}
