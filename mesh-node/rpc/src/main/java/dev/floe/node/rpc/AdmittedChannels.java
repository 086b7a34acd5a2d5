package dev.floe.node.rpc;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.jspecify.annotations.Nullable;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;

import dev.floe.node.bounds.PeerText;
import dev.floe.store.Digest;

/** The connections to and from members, which are closed when the other side is no member any more. Thread-safe. */
final class AdmittedChannels {
    private final PeerAdmission admission;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    AdmittedChannels(PeerAdmission admission) {
        this.admission = admission;
        admission.onChange(this::check);
    }

    /** Takes in a connection whose handshake is done. @return whether the other side is a member */
    boolean add(Channel channel) {
        open.add(channel);
        return isMember(channel);
    }

    private void check() {
        open.stream().filter(channel -> !isMember(channel)).forEach(Channel::close);
    }

    private boolean isMember(Channel channel) {
        try {
            return admission.isMember(peer(channel.pipeline().get(SslHandler.class)));
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    /** @param tls null if the connection has ended */
    static X509Certificate peer(@Nullable SslHandler tls) throws SSLPeerUnverifiedException {
        if (tls == null) {
            throw new SSLPeerUnverifiedException("the connection has ended");
        }
        Certificate certificate = tls.engine().getSession().getPeerCertificates()[0];
        if (certificate instanceof X509Certificate x509) {
            return x509;
        }
        throw new SSLPeerUnverifiedException("a certificate of another kind");
    }

    /**
     * Whose the certificate of the other side is. Two members can have one name, and a member can take that of another,
     * but not its key.
     */
    static String identity(SslHandler tls) throws SSLPeerUnverifiedException {
        return Digest.ofBytes(peer(tls).getPublicKey().getEncoded()).hex();
    }

    /** The name in the certificate of the other side. */
    static String nodeName(SslHandler tls) throws SSLPeerUnverifiedException {
        return PeerText.of(peer(tls).getSubjectX500Principal().getName().replaceFirst("^CN=", ""));
    }
}
