package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import com.github.luben.zstd.Zstd;

final class PathSetTest {
    private static final String[] NAMES = {"usr", "include", "lib", "gcc", "x86_64-linux-gnu", "a", "ab", "a b", "é",
            "..", "stdio.h", "\uD83D\uDE00", "x\n"};

    @Test
    void readsBackRandomSets() throws IOException {
        long seed = 181;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<String> paths = new ArrayList<>();
            for (int n = random.nextInt(200); n > 0; n--) {
                StringBuilder path = new StringBuilder();
                for (int depth = 1 + random.nextInt(6); depth > 0; depth--) {
                    path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
                }
                paths.add(path.toString());
            }
            byte[] encoded = PathSet.encode(paths);
            List<String> read = PathSet.decode(encoded);
            assertThat(read).as("seed %d, round %d", seed, round).doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(new TreeSet<>(paths));
            Collections.shuffle(paths, random);
            assertThat(PathSet.encode(paths)).as("seed %d, round %d", seed, round).isEqualTo(encoded);
        }
    }

    @Test
    void takesSomeHundredBytesForTheSearchOfAHeader() throws IOException {
        List<String> paths = IntStream.range(0, 300)
                .mapToObj(i -> "/home/user/project/src/module" + i % 10 + "/include/google/protobuf/header_" + i + ".h")
                .toList();
        assertThat(PathSet.encode(paths)).hasSizeLessThan(3000);
        assertThat(PathSet.encode(List.of())).isEmpty();
        assertThat(PathSet.decode(new byte[0])).isEmpty();
    }

    @Test
    void encodesNothingThatItWouldNotRead() {
        assertThatThrownBy(() -> PathSet.encode(List.of("relative"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> PathSet.encode(List.of("/" + "a".repeat(PathSet.MAX_PATH_BYTES))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(
                () -> PathSet.encode(IntStream.rangeClosed(0, PathSet.MAX_PATHS).mapToObj(i -> "/" + i).toList()))
                .isInstanceOf(IOException.class);
        String prefix = "/" + "a".repeat(4000);
        assertThatThrownBy(() -> PathSet.encode(IntStream.range(0, 5000).mapToObj(i -> prefix + i).toList()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsNoSet() {
        refuses(0, 3, '/', 'b', 'c', 0, 2, '/', 'a'); // not in order
        refuses(0, 2, '/', 'a', 0, 2, '/', 'a'); // twice
        refuses(0, 2, '/', 'a', 2, 0); // twice
        refuses(1, 1, '/'); // shares with nothing
        refuses(0, 5, '/', 'a'); // cut
        refuses(0, 2, 'a', 'b'); // relative
        refuses(0, 2, '/', 0xff); // not UTF-8
        refuses(0, 2, '/', 0); // a zero byte
        refuses(0xff, 0xff, 0xff, 0xff, 1, 1, '/'); // a number that is too long
        refuses(0);
        assertThatThrownBy(() -> PathSet.decode("no frame".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> PathSet.decode(Zstd.compress(new byte[PathSet.MAX_BYTES + 1])))
                .isInstanceOf(IOException.class);
    }

    /** Each entry adds one or two bytes to the 4000 that it shares with the one before. */
    @Test
    void refusesFewBytesThatStandForTooMany() {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        entries.writeBytes(new byte[]{0, (byte) (4000 & 0x7f | 0x80), 4000 >> 7, '/'});
        entries.writeBytes("a".repeat(3999).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 5000; i++) {
            int shared = i % 50 == 0 ? 4000 : 4001;
            entries.writeBytes(new byte[]{(byte) (shared & 0x7f | 0x80), (byte) (shared >> 7), (byte) (4002 - shared)});
            if (shared == 4000) {
                entries.write('!' + i / 50);
            }
            entries.write('!' + i % 50);
        }
        byte[] encoded = Zstd.compress(entries.toByteArray());
        assertThatThrownBy(() -> PathSet.decode(encoded)).isInstanceOf(IOException.class)
                .hasMessageContaining("bytes together");
    }

    private static void refuses(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        assertThatThrownBy(() -> PathSet.decode(Zstd.compress(raw))).isInstanceOf(IOException.class);
    }
}
