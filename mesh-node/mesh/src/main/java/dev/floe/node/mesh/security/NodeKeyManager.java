package dev.floe.node.mesh.security;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * The key manager of one key on an elliptic curve and its certificate. Java's own take a key store, which encrypts the
 * key and decrypts it again; that is a tenth of the CPU time of a node's start.
 */
final class NodeKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "node";
    private static final String KEY_TYPE = "EC";

    private final PrivateKey key;
    private final X509Certificate certificate;

    NodeKeyManager(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return Arrays.stream(keyTypes).map(type -> alias(type, issuers)).anyMatch(ALIAS::equals) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return alias(keyType, issuers);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return alias(keyType, issuers);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType, issuers);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return ALIAS.equals(alias) ? new X509Certificate[]{certificate} : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    private String @Nullable [] aliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType, issuers);
        return alias == null ? null : new String[]{alias};
    }

    /** Types are named "EC", or "EC_" and the kind of the issuer's key. */
    private @Nullable String alias(String keyType, Principal @Nullable [] issuers) {
        boolean fits = keyType.equals(KEY_TYPE) || keyType.startsWith(KEY_TYPE + "_");
        boolean issued = issuers == null || issuers.length == 0
                || List.of(issuers).contains(certificate.getIssuerX500Principal());
        return fits && issued ? ALIAS : null;
    }
}
