package dev.floe.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;

import org.junit.jupiter.api.Test;

final class DigestTest {
    @Test
    void knowsThePublishedVector() {
        assertThat(Digest.ofBytes("abc".getBytes(UTF_8)))
                .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad-3");
    }

    @Test
    void comesBackFromItsTextAndItsBytes() {
        Random random = new Random(42);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[random.nextInt(1000)];
            random.nextBytes(bytes);
            Digest digest = Digest.ofBytes(bytes);
            assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
            assertThat(Digest.of(digest.hash(), digest.size())).isEqualTo(digest);
        }
    }

    @Test
    void refusesWhatIsNoDigest() {
        for (String bad : new String[]{"", "abc", "g".repeat(64) + "-1", "a".repeat(64) + "-",
                "a".repeat(64) + "--1"}) {
            assertThatThrownBy(() -> Digest.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
