package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDigestCacheTest {
    private static final String BOOT = "one start of the machine";

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock(Instant.now());
    private final FileDigestCache digests = new FileDigestCache(2, clock);
    private final AtomicInteger readings = new AtomicInteger();
    private Path file = Path.of("");

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "hello");
    }

    @Test
    void readsAFileThatWasLeftAloneOnce() throws IOException {
        clock.advance(Duration.ofSeconds(5));
        assertThat(digest(file)).isEqualTo(Digest.ofFile(file)).isEqualTo(digest(file));
        assertThat(readings).hasValue(1);
    }

    @Test
    void remembersADigestAcrossAnotherProcess() throws IOException {
        clock.advance(Duration.ofSeconds(5));
        Digest digest = digest(file);
        Path saved = directory.resolve("saved");
        digests.save(saved, BOOT, 10);
        FileDigestCache next = new FileDigestCache(2, clock);
        next.load(saved, BOOT);
        FileStamp stamp = FileStamp.of(file);
        assertThat(next.digest(file, stamp, _ -> {
            throw new IOException("it need not be read");
        })).isEqualTo(digest);
        FileDigestCache afterRestart = new FileDigestCache(2, clock);
        afterRestart.load(saved, "another start of the machine");
        AtomicInteger read = new AtomicInteger();
        afterRestart.digest(file, stamp, path -> {
            read.incrementAndGet();
            return FileDigestCache.readHere(path);
        });
        assertThat(read).as("the power may have failed").hasValue(1);
        Files.writeString(file, "another text of another length");
        assertThat(next.digest(file)).isEqualTo(Digest.ofFile(file));
        Files.writeString(saved, "damaged");
        FileDigestCache third = new FileDigestCache(2, clock);
        third.load(saved, BOOT);
        assertThat(third.digest(file)).isEqualTo(Digest.ofFile(file));
    }

    @Test
    void readsAFileAgainThatWasHashedTooSoonAfterAChange() throws IOException {
        digest(file);
        clock.advance(Duration.ofSeconds(5));
        digest(file);
        digest(file);
        assertThat(readings).hasValue(2);
    }

    /** How often a file is read of two times that its digest is asked for, so long after it was written. */
    private int readings(Duration later) throws IOException {
        FileStamp stamp = FileStamp.of(file);
        Instant written = Instant.ofEpochSecond(0, Math.max(stamp.mtimeNanos(), stamp.ctimeNanos()));
        FileDigestCache cache = new FileDigestCache(2, () -> written.plus(later));
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            cache.digest(file, stamp, path -> {
                count.incrementAndGet();
                return FileDigestCache.readHere(path);
            });
        }
        return count.get();
    }

    @Test
    void remembersADigestFromTwoSecondsAfterTheLastChangeOn() throws IOException {
        assertThat(readings(Duration.ofMillis(1999))).isEqualTo(2);
        assertThat(readings(Duration.ofSeconds(2))).isEqualTo(1);
    }

    @Test
    void noticesAChange() throws IOException {
        clock.advance(Duration.ofSeconds(5));
        Digest before = digest(file);
        Files.writeString(file, "jello");
        assertThat(digest(file)).isEqualTo(Digest.ofFile(file)).isNotEqualTo(before);
    }

    @Test
    void readsAgainWhenAFileChangesWhileItIsRead() throws IOException {
        FileDigestCache.DigestReader reader = path -> {
            FileDigestCache.StampedDigest reading = FileDigestCache.readHere(path);
            if (readings.incrementAndGet() == 1) {
                Files.writeString(path, "longer than before");
                return new FileDigestCache.StampedDigest(reading.before(), reading.digest(), FileStamp.of(path));
            }
            return reading;
        };
        assertThat(digests.digest(file, FileStamp.of(file), reader)).isEqualTo(Digest.ofFile(file));
        assertThat(readings).hasValue(2);
    }

    @Test
    void givesUpOnAFileThatNeverStopsChanging() throws IOException {
        FileStamp stamp = FileStamp.of(file);
        FileStamp other = new FileStamp(stamp.dev(), stamp.ino(), 0, 0, 0, stamp.mode());
        assertThatThrownBy(() -> digests.digest(file, stamp, path -> {
            readings.incrementAndGet();
            return new FileDigestCache.StampedDigest(stamp, Digest.ofFile(path), other);
        })).isInstanceOf(IOException.class).hasMessageContaining("changes while it is read")
                .hasMessageContaining(file.toString());
        assertThat(readings).hasValue(3);
    }

    @Test
    void forgetsFilesThatAreTooMany() throws IOException {
        clock.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 5; i++) {
            digest(Files.writeString(directory.resolve("file" + i), "" + i));
        }
        assertThat(digests.size()).isLessThanOrEqualTo(2);
    }

    @Test
    void stampsALinkAndItsTargetApart() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThat(FileStamp.of(link)).isEqualTo(FileStamp.of(file));
        assertThat(FileStamp.ofLink(link).isSymbolicLink()).isTrue();
        assertThat(FileStamp.of(file).isRegularFile()).isTrue();
        assertThat(FileStamp.of(file).size()).isEqualTo(5);
        assertThat(FileStamp.of(directory).isDirectory()).isTrue();
        assertThat(FileStamp.of(file).mtimeNanos() % 1_000_000_000).isNotZero();
    }

    private Digest digest(Path path) throws IOException {
        return digests.digest(path, FileStamp.of(path), it -> {
            readings.incrementAndGet();
            return FileDigestCache.readHere(it);
        });
    }
}
