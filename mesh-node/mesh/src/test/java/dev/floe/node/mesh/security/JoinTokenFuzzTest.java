package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Tokens, keys and addresses that people type and files hold. */
final class JoinTokenFuzzTest {
    private static final String PREFIX = "floe1-";

    @MethodSource("words")
    @FuzzTest
    void parsesAWordOrRefuses(byte[] bytes) {
        parse(new String(bytes, StandardCharsets.UTF_8));
    }

    /** The bytes of a token, whose length and checksum are put right. */
    @MethodSource("tokens")
    @FuzzTest
    void parsesTheBytesOfATokenOrRefuses(byte[] bytes) {
        if (bytes.length >= 7 && bytes.length < JoinToken.MAX_LENGTH / 2) {
            bytes[0] = 1;
            ByteBuffer token = ByteBuffer.wrap(bytes).putShort(1, (short) bytes.length);
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, bytes.length - 4);
            token.putInt(bytes.length - 4, (int) crc.getValue());
            parse(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
    }

    @MethodSource("writers")
    @FuzzTest
    void decodesAWriterKeyOrRefuses(byte[] bytes) {
        CacheWriterKey key;
        try {
            key = CacheWriterKey.decode(bytes);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(key.encode()).isEqualTo(bytes);
        assertThat(key.verifies(bytes, bytes)).isFalse();
    }

    @MethodSource("addresses")
    @FuzzTest
    void parsesAnAddressOrRefuses(byte[] bytes) {
        HostPort address;
        try {
            address = HostPort.parse(new String(bytes, StandardCharsets.UTF_8), 7420);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(HostPort.parse(address.toString(), 1)).isEqualTo(address);
    }

    private static void parse(String word) {
        JoinToken token;
        try {
            token = JoinToken.parse(word);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("token: ");
            return;
        }
        assertThat(JoinToken.parse(token.encode()).encode()).isEqualTo(token.encode());
    }

    static Stream<byte[]> words() {
        MeshKey key = MeshKey.create("home");
        List<HostPort> seeds = List.of(new HostPort("10.0.0.1", 7420), new HostPort("node.lan", 1));
        return Stream.of(new JoinToken(key, seeds), new JoinToken(key, List.of(), Optional.of(CacheWriterKey.create())))
                .map(token -> token.encode().getBytes(StandardCharsets.US_ASCII));
    }

    static Stream<byte[]> tokens() {
        return words().map(word -> new String(word, StandardCharsets.US_ASCII).substring(PREFIX.length()))
                .map(Base64.getUrlDecoder()::decode);
    }

    static Stream<byte[]> writers() {
        CacheWriterKey key = CacheWriterKey.create();
        return Stream.of(key.encode(), key.readOnly().encode());
    }

    static Stream<byte[]> addresses() {
        return Stream.of("10.0.0.1:7420", "node.lan", "[fe80::1%eth0]:7420", "::1", "a:0", "a:65536")
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }
}
