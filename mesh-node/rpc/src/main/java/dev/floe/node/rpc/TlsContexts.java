package dev.floe.node.rpc;

import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.rpc.stream.WireProtocol;

/** TLS 1.3 with certificates on both sides; ALPN negotiates the version of the data plane ({@link WireProtocol}). */
final class TlsContexts {
    private TlsContexts() {}

    static SslContext server(TlsCredentials credentials) throws SSLException {
        List<String> names = new ArrayList<>(WireProtocol.alpnNames());
        names.addAll(WireProtocol.reverseNames());
        if (credentials.admission().door().isPresent()) {
            names.add(DoorFormat.PROTOCOL);
        }
        return with(SslContextBuilder.forServer(credentials.keys()).trustManager(credentials.guests()), names);
    }

    static SslContext client(TlsCredentials credentials) throws SSLException {
        return client(credentials, WireProtocol.alpnNames());
    }

    /** For connections on which the other side sends the requests. */
    static SslContext reverse(TlsCredentials credentials) throws SSLException {
        return client(credentials, WireProtocol.reverseNames());
    }

    private static SslContext client(TlsCredentials credentials, List<String> names) throws SSLException {
        return with(SslContextBuilder.forClient().keyManager(credentials.keys()).trustManager(credentials.trust()),
                names);
    }

    private static SslContext with(SslContextBuilder builder, List<String> protocols) throws SSLException {
        return builder.clientAuth(ClientAuth.REQUIRE).protocols("TLSv1.3")
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .endpointIdentificationAlgorithm("")
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT, protocols))
                .build();
    }
}
