package dev.floe.node.rpc;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * The TLS credentials of a node: what it shows to its peers, and what it asks of them.
 *
 * @param keys      show the certificate of this node
 * @param trust     accepts the certificates of this mesh alone
 * @param guests    as a server; the same, and those for whom the door is, if there is one
 * @param admission looks at each connection again after its handshake
 */
public record TlsCredentials(KeyManager keys, TrustManager trust, TrustManager guests, PeerAdmission admission) {
    /** Of a node at whose handshake all is decided. */
    public TlsCredentials(KeyManager keys, TrustManager trust) {
        this(keys, trust, trust, PeerAdmission.HANDSHAKE);
    }
}
