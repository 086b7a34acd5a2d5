package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.membership.MeshTrust;

/**
 * The connections of the group after their handshakes. Each is checked against whom this node trusts then, because a
 * resumed session does not check certificates, and again when that changes. Thread-safe.
 */
final class MemberConnections {
    private static final Logger LOG = LogManager.getLogger(MemberConnections.class);

    private final Set<SSLSocket> open = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile @Nullable MeshTrust trust; // null: the handshake alone decides

    void trust(MeshTrust decides) {
        trust = decides;
        decides.onChange(this::check);
    }

    /** Takes in a connection whose handshake is done. @return false if it was closed, because it is not of a member */
    boolean add(SSLSocket connection) {
        open.add(connection);
        return check(connection);
    }

    private void check() {
        for (SSLSocket connection : open.toArray(new SSLSocket[0])) {
            if (!connection.isClosed() && !check(connection)) {
                LOG.info("closed peer={}: it is no member any more",
                        AddressText.of(connection.getRemoteSocketAddress()));
            }
        }
    }

    private boolean check(SSLSocket connection) {
        MeshTrust decides = trust;
        if (decides == null) {
            return true;
        }
        try {
            if (connection.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    && decides.isMember(certificate)) {
                return true;
            }
        } catch (SSLPeerUnverifiedException e) {
            LOG.debug("a connection without a certificate peer={}",
                    AddressText.of(connection.getRemoteSocketAddress()));
        }
        open.remove(connection);
        // To close a TLS socket may wait for who writes to it, and that may be a peer that does not read.
        Thread.ofVirtual().name("floe-group-close").start(() -> closeQuietly(connection));
        return false;
    }

    private static void closeQuietly(SSLSocket connection) {
        try {
            connection.setSoLinger(true, 0);
            connection.close();
        } catch (IOException e) {
            LOG.debug("already closed peer={}", AddressText.of(connection.getRemoteSocketAddress()));
        }
    }
}
