package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

final class CacheWriterKeyTest {
    private static final byte[] MESSAGE = "a result".getBytes(StandardCharsets.UTF_8);
    private final CacheWriterKey key = CacheWriterKey.create();

    @Test
    void whoHasThePublicHalfChecksWhatTheSecretOneSigned() {
        CacheWriterKey reader = CacheWriterKey.decode(key.readOnly().encode());
        byte[] signed = CacheWriterKey.decode(key.encode()).sign(MESSAGE);
        assertThat(signed).hasSize(CacheWriterKey.SIGNATURE_BYTES);
        assertThat(reader.verifies(MESSAGE, signed)).isTrue();
        assertThat(reader.id()).isEqualTo(key.id()).hasSize(CacheWriterKey.ID_BYTES);
        assertThat(reader.maySign()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> reader.sign(MESSAGE));
    }

    @Test
    void refusesWhatAnotherSignedOrWhatWasChanged() {
        byte[] signed = key.sign(MESSAGE);
        assertThat(CacheWriterKey.create().verifies(MESSAGE, signed)).isFalse();
        assertThat(key.verifies("a resulT".getBytes(StandardCharsets.UTF_8), signed)).isFalse();
        for (int i = 0; i < signed.length; i++) {
            byte[] changed = signed.clone();
            changed[i] ^= 1;
            assertThat(key.verifies(MESSAGE, changed)).as("byte %d", i).isFalse();
        }
        assertThat(key.verifies(MESSAGE, Arrays.copyOf(signed, 63))).isFalse();
        assertThat(key.verifies(MESSAGE, new byte[0])).isFalse();
    }

    /** RFC 8032, section 7.1, test 1. */
    @Test
    void signsAsTheStandardSays() {
        CacheWriterKey standard = CacheWriterKey.decode(HexFormat.of().parseHex(
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
                        + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        assertThat(standard.sign(new byte[0])).isEqualTo(HexFormat.of().parseHex(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd2"
                        + "5bf5f0595bbe24655141438e7a100b"));
    }

    @Test
    void refusesHalvesThatDoNotBelongTogether() {
        byte[] mixed = key.encode();
        System.arraycopy(CacheWriterKey.create().encode(), CacheWriterKey.HALF_BYTES, mixed, CacheWriterKey.HALF_BYTES,
                CacheWriterKey.HALF_BYTES);
        assertThatIllegalArgumentException().isThrownBy(() -> CacheWriterKey.decode(mixed))
                .withMessageContaining("belong together");
        for (int length : new int[]{0, 31, 33, 63, 65}) {
            assertThatIllegalArgumentException().isThrownBy(() -> CacheWriterKey.decode(new byte[length]));
        }
    }

    @Test
    void neverPrintsItsSecret() {
        String secret = HexFormat.of().formatHex(key.encode(), CacheWriterKey.HALF_BYTES,
                2 * CacheWriterKey.HALF_BYTES);
        assertThat(key.toString()).doesNotContain(secret).contains("signs");
    }
}
