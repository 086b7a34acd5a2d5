package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenSSL's SHA-256 against Java's. */
final class OpenSslSha256Test {
    private static final int MAX_BYTES = 700_000; // more than one piece

    @BeforeEach
    void needsOpenssl() {
        assumeTrue(OpenSslSha256.isNative(), "there is no OpenSSL on this machine");
    }

    @Test
    void givesTheSameAsJavaHoweverTheBytesArrive() {
        Random random = new Random(7);
        MessageDigest java = OpenSslSha256.ofJava();
        MessageDigest floe = OpenSslSha256.make();
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[round % 20 == 0 ? random.nextInt(MAX_BYTES) : random.nextInt(300)];
            random.nextBytes(bytes);
            int done = 0;
            while (done < bytes.length) {
                int length = random.nextInt(bytes.length - done) + 1;
                if (length == 1) {
                    floe.update(bytes[done]);
                } else {
                    floe.update(bytes, done, length);
                }
                done += length;
            }
            assertThat(floe.digest()).isEqualTo(java.digest(bytes));
        }
    }

    @Test
    void beginsAnewWhenReset() {
        MessageDigest floe = OpenSslSha256.make();
        floe.update(new byte[]{1, 2, 3});
        floe.reset();

        assertThat(floe.digest()).isEqualTo(OpenSslSha256.ofJava().digest());
    }

    @Test
    void doesNotMixTwoThatRunAtOnce() {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) 5);
        MessageDigest one = OpenSslSha256.make();
        MessageDigest other = OpenSslSha256.make();
        one.update(bytes, 0, 10);
        other.update(bytes);
        one.update(bytes, 10, 990);

        assertThat(one.digest()).isEqualTo(other.digest());
    }
}
