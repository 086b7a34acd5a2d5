package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;

import org.junit.jupiter.api.Test;

final class NodeKeyManagerTest {
    private final NodeIdentity node = NodeIdentity.issue(MeshKey.create("home"), "node-a");
    private final X509ExtendedKeyManager keys = node.keyManager();
    private final Principal[] ofItsMesh = {node.certificate().getIssuerX500Principal()};
    private final Principal[] ofAnother = {new X500Principal("CN=another, O=Floe mesh")};

    @Test
    void showsItsCertificateWhereAKeyOfItsKindIsWanted() {
        for (String alias : new String[]{keys.chooseServerAlias("EC", null, null),
                keys.chooseEngineServerAlias("EC_EC", ofItsMesh, null),
                keys.chooseClientAlias(new String[]{"RSA", "EC"}, ofItsMesh, null),
                keys.chooseEngineClientAlias(new String[]{"EC"}, new Principal[0], null)}) {
            assertThat(keys.getCertificateChain(alias)).containsExactly(node.certificate());
            assertThat(keys.getPrivateKey(alias)).isEqualTo(node.privateKey());
        }
        assertThat(keys.getClientAliases("EC", ofItsMesh)).containsExactly(keys.getServerAliases("EC", null));
    }

    @Test
    void showsNothingWhereAnotherKeyOrIssuerIsWanted() {
        assertThat(keys.chooseServerAlias("RSA", null, null)).isNull();
        assertThat(keys.chooseClientAlias(new String[]{"RSA", "ECDSAX"}, null, null)).isNull();
        assertThat(keys.chooseEngineClientAlias(new String[]{"EC"}, ofAnother, null)).isNull();
        assertThat(keys.getServerAliases("EC", ofAnother)).isNull();
        assertThat((X509Certificate[]) keys.getCertificateChain("other")).isNull();
        assertThat(keys.getPrivateKey(null)).isNull();
    }
}
