package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;

final class JoinTokenTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final JoinToken TOKEN = new JoinToken(MeshKey.create("home"),
            List.of(new HostPort("192.168.1.4", 7079), new HostPort("fe80::1%eth0", 1),
                    new HostPort("b.example", 65_535)));

    @Test
    void readsBackWhatItWrote() {
        Random random = new Random(20);
        for (int i = 0; i < 50; i++) {
            List<HostPort> seeds = new ArrayList<>();
            for (int n = random.nextInt(JoinToken.MAX_SEEDS + 1); n > 0; n--) {
                seeds.add(new HostPort("h".repeat(1 + random.nextInt(HostPort.MAX_HOST_LENGTH)),
                        1 + random.nextInt(65_535)));
            }
            JoinToken token = new JoinToken(MeshKey.create("m".repeat(1 + random.nextInt(NodeNames.MAX_LENGTH))),
                    seeds);
            JoinToken read = JoinToken.parse("  " + token.encode() + "\n");
            assertThat(read.seeds()).isEqualTo(seeds);
            assertThat(read.key().name()).isEqualTo(token.key().name());
            assertThat(read.key().privateKey().getS()).isEqualTo(token.key().privateKey().getS());
            assertThat(read.key().id()).isEqualTo(token.key().id());
        }
    }

    @Test
    void refusesEveryChangedCharacter() {
        String word = TOKEN.encode();
        for (int at = 0; at < word.length(); at++) {
            for (char other : ALPHABET.toCharArray()) {
                String changed = word.substring(0, at) + other + word.substring(at + 1);
                if (other != word.charAt(at)) {
                    assertThatIllegalArgumentException().as("%c at %d", other, at)
                            .isThrownBy(() -> JoinToken.parse(changed))
                            .withMessageStartingWith("token: ");
                }
            }
        }
    }

    @Test
    void refusesEveryTwoNeighboursThatChangedPlaces() {
        String word = TOKEN.encode();
        for (int i = 0; i + 1 < word.length(); i++) {
            int at = i;
            if (word.charAt(at) != word.charAt(at + 1)) {
                assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse(
                        word.substring(0, at) + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2)));
            }
        }
    }

    @Test
    void saysThatTheEndIsMissing() {
        String word = TOKEN.encode();
        for (int length = 10; length < word.length(); length++) {
            String cut = word.substring(0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse(cut))
                    .withMessageContaining("truncated");
        }
    }

    @Test
    void saysWhatElseIsWrong() {
        String word = TOKEN.encode();
        assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse("floe2" + word.substring(5)))
                .withMessage("token: made by another version of Floe (floe2; this one reads floe1)");
        assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse("hello"))
                .withMessageContaining("not one of Floe's");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JoinToken.parse(word.substring(0, 40) + '!' + word.substring(41)))
                .withMessageContaining("mistyped");
        assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse(word + "AAAA"))
                .withMessageContaining("mistyped");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JoinToken.parse("floe1-" + "A".repeat(JoinToken.MAX_LENGTH)))
                .withMessageContaining("longer");
    }

    @Test
    void carriesTheKeyOfTheWritersOrItsPublicHalf() {
        CacheWriterKey writers = CacheWriterKey.create();
        JoinToken writer = new JoinToken(TOKEN.key(), TOKEN.seeds(), Optional.of(writers));
        assertThat(JoinToken.parse(writer.encode()).writer()).contains(writers);
        assertThat(JoinToken.parse(writer.readOnly().encode()).writer()).contains(writers.readOnly());
        assertThat(JoinToken.parse(writer.encode()).seeds()).isEqualTo(TOKEN.seeds());
        assertThat(writer.readOnly().encode()).hasSizeLessThan(writer.encode().length());
        assertThat(writer.toString()).doesNotContain(HexFormat.of().formatHex(writers.encode(), 32, 64));
    }

    @Test
    void readsTokensFromBeforeThereWereWriters() {
        assertThat(JoinToken.parse(TOKEN.encode()).writer()).isEmpty();
        JoinToken old = JoinToken.parse(
                "floe1-AQBYA29sZAID2wtl_ydqFPLZmH7v5RvrRqEg-oKAjqKxN8FlyIoTA4rTE4mYCCNvMth1VojmDOXvr0fP1DWoBxuUMz0x4-9wAQgxMC4wLjAuMRunUkR3IQ");
        assertThat(old.key().name()).isEqualTo("old");
        assertThat(old.writer()).isEmpty();
    }

    @Test
    void refusesADamagedKeyOfTheWriters() {
        byte[] whole = bytes(new JoinToken(TOKEN.key(), List.of(), Optional.of(CacheWriterKey.create())));
        int section = whole.length - 4 - 66;
        assertDamaged(changed(whole, section, 3), "kind 3");
        assertDamaged(changed(whole, section, 2), "a lineage of 64 bytes");
        assertDamaged(changed(whole, section + 1, 63), "63 bytes");
        assertDamaged(changed(whole, section + 1, 32), "more than it should");
        assertDamaged(changed(whole, section + 1, 65), "less than it should");
        assertDamaged(changed(whole, section + 1, 255), "less than it should");
        assertDamaged(changed(whole, section + 2 + 40, whole[section + 2 + 40] ^ 1), "belong together");
        for (int length = section + 1; length < whole.length - 4; length++) {
            assertDamaged(Arrays.copyOf(whole, length + 4), "");
        }
    }

    private static byte[] bytes(JoinToken token) {
        return Base64.getUrlDecoder().decode(token.encode().substring("floe1-".length()));
    }

    private static byte[] changed(byte[] whole, int at, int to) {
        byte[] changed = whole.clone();
        changed[at] = (byte) to;
        return changed;
    }

    /** With its length and checksum made right again. */
    private static void assertDamaged(byte[] bytes, String how) {
        ByteBuffer out = ByteBuffer.wrap(bytes).putShort(1, (short) bytes.length);
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - 4);
        out.putInt(bytes.length - 4, (int) crc.getValue());
        String word = "floe1-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        assertThatIllegalArgumentException().isThrownBy(() -> JoinToken.parse(word))
                .withMessageStartingWith("token: damaged").withMessageContaining(how);
    }

    @Test
    void neverFailsInAnotherWayOnGarbage() {
        long seed = 4711;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder word = new StringBuilder("floe1-");
            for (int n = random.nextInt(200); n > 0; n--) {
                word.append(
                        (char) (random.nextInt(20) == 0 ? random.nextInt(0x300) : ALPHABET.charAt(random.nextInt(64))));
            }
            assertThatIllegalArgumentException().as("seed %d, round %d", seed, i)
                    .isThrownBy(() -> JoinToken.parse(word.toString()));
        }
    }

    @Test
    void neverPrintsTheSecret() {
        String secret = TOKEN.key().privateKey().getS().toString(16);
        assertThat(TOKEN + " " + TOKEN.key() + " " + NodeIdentity.issue(TOKEN.key(), "a")).doesNotContain(secret);
        assertThat(TOKEN.toString()).contains("home").contains("192.168.1.4:7079");
    }
}
