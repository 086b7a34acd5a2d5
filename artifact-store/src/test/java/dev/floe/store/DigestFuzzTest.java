package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.store.actioncache.ActionKey;

/** Digests and keys as text: names of files in a store, lines of a list of chunks. */
final class DigestFuzzTest {
    @MethodSource("digests")
    @FuzzTest
    void parsesOrRefusesADigest(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Digest digest;
        try {
            digest = Digest.parse(text);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    }

    @MethodSource("digests")
    @FuzzTest
    void parsesOrRefusesAKey(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        ActionKey key;
        try {
            key = ActionKey.parse(text);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(ActionKey.parse(key.toString())).isEqualTo(key);
    }

    static Stream<byte[]> digests() {
        Digest digest = Digest.ofBytes(new byte[]{1, 2, 3});
        return Stream
                .of(digest.toString(), digest.hex(), Digest.of(new byte[Digest.HASH_BYTES], Long.MAX_VALUE).toString())
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }
}
