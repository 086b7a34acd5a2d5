package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.util.DefaultSocketFactory;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.membership.MemberTls;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.NodeIdentity;

/**
 * Gives the group's transport its sockets: outgoing ones that speak TLS 1.3 alone, and {@link
 * AuthenticatingServerSocket}s.
 */
final class TlsSocketFactory extends DefaultSocketFactory {
    private static final Logger LOG = LogManager.getLogger(TlsSocketFactory.class);

    private final SSLContext context;
    private final SSLParameters parameters;
    private final RejectedConnections refusals;
    private final GroupTimeouts timing;
    private final MemberConnections connections;

    /** Connections are between nodes that agree on {@code protocol}, a name of TLS's ALPN. */
    TlsSocketFactory(NodeIdentity identity, String protocol, RejectedConnections refusals, GroupTimeouts timing) {
        this(identity.sslContext(), protocol, refusals, timing, new MemberConnections());
    }

    /** The same, among those whom {@code trust} accepts; {@code connections} closes one when it does not any more. */
    TlsSocketFactory(MeshTrust trust, String protocol, RejectedConnections refusals, GroupTimeouts timing,
            MemberConnections connections) {
        this(new MemberTls(trust).sslContext(), protocol, refusals, timing, connections);
    }

    private TlsSocketFactory(SSLContext context, String protocol, RejectedConnections refusals, GroupTimeouts timing,
            MemberConnections connections) {
        super(context);
        this.context = context;
        this.connections = connections;
        this.refusals = refusals;
        this.timing = timing;
        parameters = new SSLParameters();
        parameters.setProtocols(new String[]{NodeIdentity.TLS});
        parameters.setApplicationProtocols(new String[]{protocol});
        parameters.setNeedClientAuth(true);
        setSocketConfigurator(socket -> {
            try {
                ((SSLSocket) socket).setSSLParameters(parameters);
                // A host that accepts and says nothing must not hold the sender up until this node looks dead itself;
                // later on, members are never silent for as long.
                socket.setSoTimeout((int) timing.handshake().toMillis());
                ((SSLSocket) socket).addHandshakeCompletedListener(event -> {
                    setIdleTimeout(event.getSocket());
                    connections.add(event.getSocket());
                });
            } catch (IOException e) {
                throw new IllegalStateException("a fresh socket refuses a timeout", e);
            }
        });
    }

    private void setIdleTimeout(SSLSocket socket) {
        try {
            socket.setSoTimeout((int) timing.failure().multipliedBy(2).toMillis());
        } catch (SocketException e) {
            LOG.debug("closed right after its handshake peer={}", AddressText.of(socket.getRemoteSocketAddress()));
        }
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new AuthenticatingServerSocket(context.getSocketFactory(), parameters, refusals, timing.handshake(),
                connections);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog, InetAddress bind) {
        throw new UnsupportedOperationException("the group's transport binds its socket itself");
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog) {
        return createServerSocket(service, port, backlog, InetAddress.getLoopbackAddress());
    }

    @Override
    public ServerSocket createServerSocket(String service, int port) {
        return createServerSocket(service, port, 0);
    }
}
