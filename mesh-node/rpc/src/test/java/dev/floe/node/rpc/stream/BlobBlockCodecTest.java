package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

final class BlobBlockCodecTest {
    private static final int LIMIT = BlobBlockCodec.BLOCK_BYTES;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 4096, LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT, 2 * LIMIT + 17})
    void bringsBackWhatWasWritten(int size) throws IOException {
        for (byte[] blob : new byte[][]{new byte[size], noise(size, size), halfNoise(size)}) {
            assertThat(read(write(blob), size)).isEqualTo(blob);
        }
    }

    @Test
    void bringsBackBlobsOfAnySize() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int size = random.nextInt(random.nextBoolean() ? 1000 : 100_000);
            byte[] blob = random.nextBoolean() ? noise(size, seed) : halfNoise(size);
            assertThat(read(write(blob), size)).as("seed %d", seed).isEqualTo(blob);
        }
    }

    @Test
    void isHardlyLongerThanNoiseAndMuchShorterThanText() throws IOException {
        assertThat(write(noise(3 * LIMIT, 1))).hasSizeLessThanOrEqualTo(3 * LIMIT + 3 * 8);
        assertThat(write(new byte[3 * LIMIT])).hasSizeLessThan(LIMIT / 100);
    }

    @Test
    void leavesWhatFollowsABlob() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(write(halfNoise(5000)));
        bytes.write(42);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        BlobBlockCodec.read(in, 5000, new ByteArrayOutputStream());
        assertThat(in.read()).isEqualTo(42);
    }

    @Test
    void saysThatAFileBecameShorter() {
        DataOutputStream nowhere = new DataOutputStream(new ByteArrayOutputStream());
        assertThatThrownBy(() -> BlobBlockCodec.write(new ByteArrayInputStream(new byte[99]), 100, nowhere))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void readsDamagedBlobsToTheAnnouncedSizeOrRefusesThem() throws IOException {
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(3000);
            byte[] damaged = damaged(write(halfNoise(size)), random);
            try {
                assertThat(read(damaged, size)).as("seed %d", seed).hasSize(size);
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void refusesBlocksThatCannotBe() {
        for (int[] header : new int[][]{{0, 0}, {0, 5}, {5, 0}, {-1, 4}, {4, -1}, {4, 5}, {LIMIT + 1, LIMIT},
                {Integer.MAX_VALUE, 1}, {11, 11}}) {
            byte[] bytes = ByteBuffer.allocate(64).putInt(header[0]).putInt(header[1]).array();
            assertThatThrownBy(() -> read(bytes, 10)).as("%s", Arrays.toString(header)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void allocatesByTheBlockAndNotByTheAnnouncedSize() {
        byte[] bytes = ByteBuffer.allocate(9).putInt(LIMIT).putInt(LIMIT).array();
        long allocated = allocated(
                () -> assertThatThrownBy(() -> read(bytes, Long.MAX_VALUE)).isInstanceOf(IOException.class));
        assertThat(allocated).isLessThan(4L * LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 300_000, 700_000, LIMIT})
    void usesItsBuffersAgain(int size) throws IOException {
        byte[] encoded = write(halfNoise(size));
        long allocated = allocated(() -> {
            try {
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded));
                BlobBlockCodec.read(in, size, OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(allocated).isLessThan(size / 4);
    }

    /** What {@code action} allocates on this thread, in bytes. */
    static long allocated(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        action.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** The bytes with some of them changed, or cut off, by the seed. */
    static byte[] damaged(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && result.length > 0; i--) {
            result[random.nextInt(Math.min(result.length, random.nextBoolean() ? 16 : result.length))] = (byte) random
                    .nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(result, random.nextInt(result.length + 1)) : result;
    }

    private static byte[] write(byte[] blob) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BlobBlockCodec.write(new ByteArrayInputStream(blob), blob.length, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static byte[] read(byte[] encoded, long size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BlobBlockCodec.read(new DataInputStream(new ByteArrayInputStream(encoded)), size, bytes);
        return bytes.toByteArray();
    }

    private static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] halfNoise(int size) {
        byte[] bytes = noise(size, size);
        Arrays.fill(bytes, size / 2, size, (byte) 'x');
        return bytes;
    }
}
