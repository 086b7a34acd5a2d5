package dev.floe.node.rpc;

import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509KeyManager;

import org.jspecify.annotations.Nullable;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.rpc.http2.Http2Pipeline;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.http2.ReverseChannels;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.FailureText;

/** Lets a connection through once its handshake has succeeded. */
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final ConnectionLimiter entrance;
    private final AdmittedChannels members;
    private final PeerAdmission admission;
    private final RequestThreads requests;
    private final PeerServer.HandshakeFailureListener refused;
    private final KeyManager keys;
    private final Optional<PeerConnections> outgoing;
    private boolean decided;

    /** @param outgoing whom peers that cannot be reached connect to; empty: nobody */
    ConnectionGate(ConnectionLimiter entrance, AdmittedChannels members, RequestThreads requests,
            PeerServer.HandshakeFailureListener refused, TlsCredentials credentials,
            Optional<PeerConnections> outgoing) {
        this.entrance = entrance;
        this.members = members;
        this.admission = credentials.admission();
        this.requests = requests;
        this.refused = refused;
        this.keys = credentials.keys();
        this.outgoing = outgoing;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            decided = true;
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (!handshake.isSuccess()) {
                fail(context, handshake.cause());
            } else {
                Optional<PeerAdmission.Door> door = admission.door();
                if (door.isPresent() && DoorFormat.PROTOCOL.equals(tls.applicationProtocol())) {
                    openDoor(context, tls, door.get());
                    return;
                }
                Optional<WireProtocol> version = WireProtocol.find(tls.applicationProtocol());
                Optional<WireProtocol> reverse = WireProtocol.findReverse(tls.applicationProtocol());
                if (version.isEmpty() && reverse.isEmpty()) {
                    refuse(context, WireProtocol.mismatch(tls.applicationProtocol()));
                } else {
                    admit(context, tls, version, reverse);
                }
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void openDoor(ChannelHandlerContext context, SslHandler tls, PeerAdmission.Door service)
            throws SSLPeerUnverifiedException {
        Optional<X509Certificate> own = own(tls);
        if (own.isEmpty()) {
            refuse(context, "this node does not know which certificate it has shown");
            return;
        }
        X509Certificate peer = AdmittedChannels.peer(tls);
        context.pipeline().remove(this);
        DoorProtocol.serve(context.channel(), service, own.get(), peer);
    }

    /** What this node has shown; OpenSSL's sessions do not tell a server. */
    private Optional<X509Certificate> own(SslHandler tls) {
        Certificate[] known = tls.engine().getSession().getLocalCertificates();
        if (known != null && known.length > 0 && known[0] instanceof X509Certificate certificate) {
            return Optional.of(certificate);
        }
        return keys instanceof X509KeyManager manager
                ? Optional.ofNullable(manager.getServerAliases("EC", null))
                        .map(aliases -> manager.getCertificateChain(aliases[0])).map(chain -> chain[0])
                : Optional.empty();
    }

    private void admit(ChannelHandlerContext context, SslHandler tls, Optional<WireProtocol> version,
            Optional<WireProtocol> reverse) throws Http2Exception, SSLPeerUnverifiedException {
        if (!members.add(context.channel())) {
            refuse(context, "it belongs to another mesh, or was expelled from this one");
            return;
        }
        String name = AdmittedChannels.nodeName(tls);
        if (reverse.isPresent()) {
            OpenRequests.of(context.channel()).incrementAndGet(); // for this node's own requests, and pinged
        }
        String identity = AdmittedChannels.identity(tls);
        if (!entrance.admit(context.channel(), identity)) {
            refuse(context, "has too many connections, or all members together have");
            return;
        }
        Http2Stream.PeerIdentity peer = new Http2Stream.PeerIdentity(
                name + "@" + AddressText.of(context.channel().remoteAddress()), name,
                version.or(() -> reverse).orElseThrow());
        if (version.isPresent()) {
            requests.serve(context.pipeline(), peer, identity, Http2Pipeline.IdleCheck.NONE);
        } else {
            Optional<InetSocketAddress> address = admission.address(AdmittedChannels.peer(tls));
            if (outgoing.isEmpty() || address.isEmpty()) {
                refuse(context, "the mesh does not know the address of " + name + " yet");
                return;
            }
            Http2Pipeline.client(context.pipeline(), Http2Pipeline.IdleCheck.PING);
            outgoing.get().addReverse(address.get(), new ReverseChannels.ReverseChannel(context.channel(), peer));
        }
        context.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!decided) {
            end(context, "closed before the handshake was done");
        }
        context.fireChannelInactive();
    }

    private void end(ChannelHandlerContext context, String reason) {
        if (ConnectionLimiter.isDisplaced(context.channel())) {
            refuse(context, "too many connections without a handshake");
        } else {
            refused.ended(context.channel().remoteAddress(), reason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!decided) {
            decided = true;
            fail(context, cause);
        }
        context.close();
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ClosedChannelException || cause instanceof SocketException) {
            end(context, FailureText.of(cause));
            context.close();
        } else {
            refuse(context, FailureText.of(cause));
        }
    }

    private void refuse(ChannelHandlerContext context, @Nullable String reason) {
        refused.refused(context.channel().remoteAddress(), String.valueOf(reason));
        context.close();
    }
}
