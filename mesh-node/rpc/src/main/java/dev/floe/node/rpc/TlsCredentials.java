package dev.floe.node.rpc;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.TrustManager;

/**
 * The TLS credentials of a node: what it shows to its peers, and what it asks of them.
 *
 * @param key     the private key of the first certificate of {@code chain}
 * @param chain   this node's certificate, and those above it
 * @param trust   accepts the certificates of this mesh alone
 */
public record TlsCredentials(PrivateKey key, List<X509Certificate> chain, TrustManager trust) {
    public TlsCredentials {
        chain = List.copyOf(chain);
    }
}
