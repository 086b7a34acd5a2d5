package dev.floe.store.actioncache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult.OutputFile;

final class ActionCacheTest {
    @TempDir
    private Path directory;

    private static ActionKey key(int number) {
        return ActionKey.of(Digest.ofBytes(new byte[]{(byte) number, (byte) (number >> 8)}).hash());
    }

    private static ActionResult result(String text) {
        return new ActionResult(new ResultContent.Inline(text.getBytes()), ResultContent.Inline.NONE,
                List.of(new OutputFile("/w/x.o", 0644, new ResultContent.Stored(Digest.ofBytes(text.getBytes())), ""),
                        new OutputFile("@d/é.d", 0600, new ResultContent.Inline(new byte[]{1, 2}), "GCC")),
                "n1", Duration.ofMillis(17));
    }

    private static byte[] encoded(ActionResult result) {
        return ActionResultCodec.encode(result);
    }

    @Test
    void findsAgainWhatWasKeptAlsoAfterARestart() throws IOException {
        ActionCache cache = ActionCache.open(directory, 100);
        cache.put(key(1), result("one"));
        assertThat(encoded(cache.find(key(1)).orElseThrow())).isEqualTo(encoded(result("one")));
        assertThat(cache.find(key(2))).isEmpty();
        ActionCache again = ActionCache.open(directory, 100);
        assertThat(encoded(again.find(key(1)).orElseThrow())).isEqualTo(encoded(result("one")));
        again.remove(key(1));
        assertThat(ActionCache.open(directory, 100).size()).isZero();
    }

    /** The file of the older result is a pipe, so that the reader has begun before the result is replaced. */
    @Test
    void aReaderOfAnOlderResultDoesNotBringItBack() throws Exception {
        ActionCache.open(directory, 100).put(key(1), result("old"));
        ActionCache cache = ActionCache.open(directory, 100);
        Path file = cache.file(key(1));
        byte[] old = Files.readAllBytes(file);
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).inheritIO().start().waitFor()).isZero();
        CompletableFuture<Optional<ActionResult>> reading = CompletableFuture.supplyAsync(() -> cache.find(key(1)));
        try (OutputStream pipe = Files.newOutputStream(file)) { // waits for the reader
            cache.remove(key(1));
            cache.put(key(1), result("new"));
            pipe.write(old);
        }
        assertThat(encoded(reading.get().orElseThrow())).isEqualTo(encoded(result("old")));
        assertThat(encoded(cache.find(key(1)).orElseThrow())).isEqualTo(encoded(result("new")));
    }

    @Test
    void dropsTheLeastRecentlyUsedFirst() throws IOException {
        AtomicLong second = new AtomicLong(1_000_000);
        ActionCache cache = ActionCache.open(directory, 10, () -> Instant.ofEpochSecond(second.get()));
        for (int i = 0; i < 10; i++) {
            cache.put(key(i), result("r" + i));
        }
        second.addAndGet(3600);
        assertThat(cache.find(key(0))).isPresent();
        cache.put(key(10), result("r10"));
        assertThat(cache.size()).isLessThanOrEqualTo(10);
        assertThat(cache.contains(key(0))).isTrue();
        assertThat(cache.contains(key(1))).isFalse();
        assertThat(cache.keys().getLast()).isEqualTo(key(10));
    }

    @Test
    void largeResultsDoNotFillTheDisk() throws IOException {
        ActionCache cache = ActionCache.open(directory, 100);
        String files = "x".repeat(4000);
        ActionResult large = new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                Collections.nCopies(20, new OutputFile("/" + files, 0644, ResultContent.Inline.NONE, "")), "n1",
                Duration.ZERO);
        for (int i = 0; i < 50; i++) {
            cache.put(key(i), large);
        }
        assertThat(cache.size()).isBetween(1, 100 * 4096 / 80_000);
        assertThat(cache.contains(key(49))).isTrue();
        ActionCache again = ActionCache.open(directory, 10);
        assertThat(again.size()).as("with less room").isZero();
    }

    @Test
    void keepsItsDirectoriesAndFilesToItsUser() throws IOException {
        Path fan = Files.createDirectories(directory.resolve("00"));
        Files.setPosixFilePermissions(fan, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ActionCache.open(directory, 100).put(key(1), result("one"));
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all).hasSizeGreaterThan(3).allSatisfy(path -> assertThat(Files.getPosixFilePermissions(path))
                    .isEqualTo(PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwx------" : "rw-------")));
        }
    }

    @Test
    void dropsADamagedResult() throws IOException {
        ActionCache.open(directory, 100).put(key(1), result("one"));
        Path file;
        try (Stream<Path> all = Files.walk(directory)) {
            file = all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);
        ActionCache cache = ActionCache.open(directory, 100);
        assertThat(cache.find(key(1))).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(cache.size()).isZero();
    }

    @Test
    void aResultOfALaterReleaseIsAMissWithoutAWarning() throws IOException {
        ActionCache.open(directory, 100).put(key(1), result("one"));
        Path file;
        try (Stream<Path> all = Files.walk(directory)) {
            file = all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[Digest.HASH_BYTES] = 17;
        assertThat(warnings(file, bytes)).as("its digest is wrong").isEqualTo(1);
        byte[] later = Arrays.copyOfRange(bytes, Digest.HASH_BYTES, bytes.length);
        System.arraycopy(Digest.ofBytes(later).hash(), 0, bytes, 0, Digest.HASH_BYTES);
        assertThat(warnings(file, bytes)).isZero();
        assertThat(file).doesNotExist();
    }

    /** How many there are when this file is looked up. */
    private int warnings(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(ActionCache.class.getName());
        logger.addHandler(handler);
        try {
            assertThat(ActionCache.open(directory, 100).find(key(1))).isEmpty();
        } finally {
            logger.removeHandler(handler);
        }
        return records.size();
    }

    @Test
    void refusesWhatIsNoResult() {
        byte[] whole = encoded(result("one"));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ActionResultCodec.decode(part)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> ActionResultCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void survivesAnyBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole = encoded(result("one"));
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                ActionResultCodec.decode(bytes);
            } catch (IOException _) {
                // refused, which is right
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
