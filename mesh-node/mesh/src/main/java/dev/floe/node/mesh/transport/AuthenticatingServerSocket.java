package dev.floe.node.mesh.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.FairConnectionLimiter;
import dev.floe.store.FailureText;

/**
 * A server socket whose {@link #accept()} yields only peers that have shown a certificate of the mesh; the others are
 * counted and closed.
 *
 * <p>JGroups accepts on one thread and would let the handshake happen there, at the first read: one silent stranger
 * would hold up every member, and nobody would learn of a refusal but the log. Here each connection shakes hands on its
 * own virtual thread, and JGroups sees it when that has ended well. No more than {@link #MAX_KNOCKING} may be at it at
 * a time, and when there are more, the oldest of the host that has the most is closed: a host that opens many cannot
 * keep others out.
 */
final class AuthenticatingServerSocket extends ServerSocket {
    static final int MAX_KNOCKING = 64;
    static final int MAX_KNOCKING_OF_HOST = 48;

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SSLSocketFactory factory;
    private final SSLParameters parameters;
    private final RejectedConnections refusals;
    private final Duration patience;
    private final MemberConnections connections;
    private final BlockingQueue<Socket> admitted = new LinkedBlockingQueue<>();
    /** Connections in their handshake. */
    private final FairConnectionLimiter<Socket> places = new FairConnectionLimiter<>(MAX_KNOCKING,
            MAX_KNOCKING_OF_HOST);
    private final Set<Socket> handshaking = ConcurrentHashMap.newKeySet();
    /** Ends the wait of an {@link #accept()} when the socket closes. */
    private final Socket closed = new Socket();
    /** Guarded by this. */
    private @Nullable Thread acceptor;

    AuthenticatingServerSocket(SSLSocketFactory factory, SSLParameters parameters, RejectedConnections refusals,
            Duration patience, MemberConnections connections) throws IOException {
        this.connections = connections;
        this.factory = factory;
        this.parameters = parameters;
        this.refusals = refusals;
        this.patience = patience;
    }

    /** The next member; waits for one. */
    @Override
    public Socket accept() throws IOException {
        open();
        try {
            Socket member = admitted.take();
            if (member == closed) {
                admitted.add(closed);
                throw new SocketException("Socket closed");
            }
            return member;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted while waiting for a member", e);
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        admitted.add(closed);
        handshaking.forEach(AuthenticatingServerSocket::closeQuietly);
    }

    private synchronized void open() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket closed");
        }
        if (acceptor == null) {
            acceptor = Thread.ofVirtual().name("floe-group-accept-" + getLocalPort()).start(this::receive);
        }
    }

    private void receive() {
        while (!isClosed()) {
            try {
                Socket socket = super.accept();
                places.enter(socket, FairConnectionLimiter.host(socket.getRemoteSocketAddress()))
                        .ifPresent(this::displace);
                handshaking.add(socket);
                Thread.ofVirtual().name("floe-group-handshake-" + socket.getRemoteSocketAddress())
                        .start(() -> check(socket));
            } catch (IOException e) {
                // Out of descriptors, most likely: what arrives waits in the kernel's queue.
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    private void displace(Socket socket) {
        refusals.add("group", socket.getRemoteSocketAddress(), "too many connections without a handshake");
        closeQuietly(socket);
    }

    private void check(Socket socket) {
        try {
            socket.setSoTimeout((int) patience.toMillis());
            SSLSocket tls = (SSLSocket) factory.createSocket(socket, null, true);
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            if (!parameters.getApplicationProtocols()[0].equals(tls.getApplicationProtocol())) {
                throw new IOException("it does not speak " + parameters.getApplicationProtocols()[0]);
            }
            tls.setSoTimeout(0);
            if (!connections.add(tls)) {
                throw new IOException("it belongs to another mesh, or was expelled from this one");
            }
            handshaking.remove(socket);
            if (!places.leave(socket)) {
                closeQuietly(tls);
                return;
            }
            admitted.add(tls);
            if (isClosed()) {
                closeQuietly(tls);
            }
        } catch (IOException e) {
            handshaking.remove(socket);
            if (places.leave(socket) && !isClosed()) {
                if (isHangUp(e)) {
                    refusals.addAborted("group", socket.getRemoteSocketAddress(), reason(e));
                } else {
                    refusals.add("group", socket.getRemoteSocketAddress(), reason(e));
                }
            }
            closeQuietly(socket);
        }
    }

    /** A node that closes a connection in its handshake, because it ends or has waited too long, may say so to TLS. */
    private static boolean isHangUp(IOException e) {
        return e instanceof EOFException || e.getCause() instanceof EOFException || e instanceof SocketException
                || FailureText.of(e).contains("user_canceled");
    }

    private String reason(IOException e) {
        String message = FailureText.of(e);
        if (e instanceof SocketTimeoutException) {
            return "it said nothing for " + patience.toMillis() + " ms";
        }
        if (isHangUp(e)) {
            return "it hung up during the handshake (" + message + ")";
        }
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return "it does not speak TLS";
        }
        if (message.contains("Empty client certificate chain")) {
            return "it showed no certificate";
        }
        if (message.contains("certificate_unknown") || message.contains("unknown_ca")
                || message.contains("bad_certificate")) {
            return "it belongs to another mesh: it rejects this node's certificate (" + message + ")";
        }
        if (message.contains("PKIX") || message.contains("path")) {
            return "it belongs to another mesh: its certificate has another signer (" + message + ")";
        }
        return message;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
