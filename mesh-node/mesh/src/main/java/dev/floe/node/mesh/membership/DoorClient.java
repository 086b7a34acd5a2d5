package dev.floe.node.mesh.membership;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.store.FailureText;

/** Comes to the door of a mesh at one of its members, with a key of this node. */
public final class DoorClient {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final NodeKey nodeKey;
    private final String nodeName;

    public DoorClient(NodeKey nodeKey, String nodeName) {
        this.nodeKey = nodeKey;
        this.nodeName = nodeName;
    }

    /**
     * Redeems an invitation at the first of its addresses that answers.
     *
     * @return the token of the mesh
     * @throws IOException if no member could be reached, or one has refused it; the message says why
     */
    public JoinToken redeem(Invitation invitation) throws IOException {
        StringBuilder failures = new StringBuilder();
        boolean sentOn = false;
        for (HostPort member : invitation.members()) {
            DoorMessage.DoorAnswer answer;
            try {
                answer = ask(member, invitation.mesh(), (nonce, server, own) -> new DoorMessage.Redeem(invitation.id(),
                        nodeName,
                        invitation
                                .sign(Invitation.transcript(nonce, server.getEncoded(), own.getEncoded(), nodeName))));
            } catch (IOException e) {
                failures.append(failures.isEmpty() ? "" : "; ").append(member).append(": ").append(FailureText.of(e));
                continue;
            }
            if (answer instanceof DoorMessage.DoorAnswer.AnotherDoor(String reason)) {
                failures.append(failures.isEmpty() ? "" : "; ").append(member).append(": ").append(reason);
                sentOn = true;
                continue;
            }
            return switch (answer) {
                case DoorMessage.DoorAnswer.JoinGranted(String token) -> granted(invitation, token);
                case DoorMessage.DoorAnswer.AnotherDoor _ -> throw new IllegalStateException("the next is asked");
                case DoorMessage.DoorAnswer.JoinRefused(String reason) ->
                    throw new IOException("not let in by " + member + ": " + reason
                            + "; ask a member for a new one: floe mesh invite");
                case DoorMessage.DoorAnswer.Rotations _ ->
                    throw new IOException(member + " has answered another question");
            };
        }
        if (sentOn) {
            throw new IOException("no member that may write to the cache could be asked (" + failures
                    + "); start a node of one, or ask for an invitation without --writer");
        }
        throw new IOException("no member of the mesh could be asked (" + failures
                + "); is a node of it running, and its port open?");
    }

    private static JoinToken granted(Invitation invitation, String text) throws IOException {
        try {
            JoinToken token = JoinToken.parse(text);
            if (token.key().id().equals(invitation.meshKeyId())) {
                return withSeeds(token, invitation.members());
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the member has sent a damaged key", e);
        }
        throw new IOException("the member has sent the key of another mesh than that of the invitation");
    }

    /** The seeds of a member's token may be of no use elsewhere; the invitation says where members were reached. */
    static JoinToken withSeeds(JoinToken token, List<HostPort> doors) {
        Set<HostPort> seeds = new LinkedHashSet<>();
        doors.stream().filter(door -> door.port() > 1).map(door -> new HostPort(door.host(), door.port() - 1))
                .forEach(seeds::add);
        seeds.addAll(token.seeds());
        return new JoinToken(token.key(), seeds.stream().limit(JoinToken.MAX_SEEDS).toList(), token.writer(),
                token.lineage());
    }

    /**
     * Asks for the rotations since a key. The server need not be trusted: a rotation proves itself.
     *
     * @return empty if there are none; what was refused is an exception
     */
    public List<byte[]> rotations(HostPort member, String meshKeyId) throws IOException {
        return switch (ask(member, null, (_, _, _) -> new DoorMessage.CatchUp(meshKeyId))) {
            case DoorMessage.DoorAnswer.Rotations(List<byte[]> encoded) -> encoded;
            case DoorMessage.DoorAnswer.JoinRefused(String reason) ->
                throw new DoorRefusalException(member + ": " + reason);
            case DoorMessage.DoorAnswer.JoinGranted _,DoorMessage.DoorAnswer.AnotherDoor _ ->
                throw new IOException(member + " has answered another question");
        };
    }

    /** The door has refused this node. */
    public static final class DoorRefusalException extends IOException {
        private static final long serialVersionUID = 1;

        DoorRefusalException(String message) {
            super(message);
        }
    }

    /** What is asked, once the certificates of both sides are known. */
    private interface DoorQuestion {
        DoorMessage of(byte[] nonce, X509Certificate server, X509Certificate own)
                throws GeneralSecurityException;
    }

    private DoorMessage.DoorAnswer ask(HostPort member, @Nullable ECPublicKey mesh, DoorQuestion question)
            throws IOException {
        X509Certificate own = nodeKey.guestCertificate(nodeName);
        CountDownLatch end = new CountDownLatch(1);
        try (Socket plain = new Socket()) {
            Thread.ofVirtual().name("floe-door-limit-" + member).start(() -> closeAfter(end, plain));
            plain.connect(new InetSocketAddress(member.host(), member.port()), (int) PATIENCE.toMillis());
            plain.setSoTimeout((int) PATIENCE.toMillis());
            SSLContext context = SSLContext.getInstance(NodeIdentity.TLS);
            context.init(new KeyManager[]{NodeIdentity.keyManager(nodeKey.privateKey(), own)},
                    new TrustManager[]{new KeyOfMesh(Optional.ofNullable(mesh))}, null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, member.host(), member.port(),
                    true);
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(new String[]{NodeIdentity.TLS});
            parameters.setApplicationProtocols(new String[]{DoorFormat.PROTOCOL});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (!DoorFormat.PROTOCOL.equals(socket.getApplicationProtocol())) {
                throw new IOException("it does not know invitations; it is of an older release");
            }
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] nonce = new byte[DoorFormat.NONCE_BYTES];
            if (in.readInt() != nonce.length) {
                throw new IOException("it does not speak " + DoorFormat.PROTOCOL);
            }
            in.readFully(nonce);
            byte[] request = question
                    .of(nonce, (X509Certificate) socket.getSession().getPeerCertificates()[0], own).encode();
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(ByteBuffer.allocate(Integer.BYTES + request.length).putInt(request.length).put(request)
                    .array());
            out.flush();
            int length = in.readInt();
            if (length < 1 || length > DoorMessage.MAX_ANSWER) {
                throw new IOException("an answer of " + length + " bytes");
            }
            return DoorMessage.readAnswer(in.readNBytes(length));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot prove this node's key: " + FailureText.of(e), e);
        } finally {
            end.countDown();
        }
    }

    /** A peer that sends a byte now and then must not hold this node for ever. */
    private static void closeAfter(CountDownLatch end, Socket socket) {
        try {
            if (!end.await(DoorFormat.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                socket.close();
            }
        } catch (IOException _) {
            // it is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Trusts in certificates that the mesh's key has signed; in all, if rotations prove themselves. */
    private static final class KeyOfMesh extends ChainTrustManager {
        private final Optional<ECPublicKey> mesh;

        KeyOfMesh(Optional<ECPublicKey> mesh) {
            this.mesh = mesh;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            try {
                if (mesh.isPresent()) {
                    chain[0].verify(mesh.get());
                }
            } catch (GeneralSecurityException e) {
                throw new CertificateException(
                        "it is not of the mesh of this invitation, or the mesh's key has changed since", e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this is no server");
        }
    }
}
