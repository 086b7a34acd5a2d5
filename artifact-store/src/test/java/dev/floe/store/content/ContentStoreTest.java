package dev.floe.store.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FileStamp;
import dev.floe.store.IoErrorMessages;
import dev.floe.store.SettableClock;

final class ContentStoreTest {
    private static final long MEGABYTE = 1 << 20;
    private static final int BLOCK = StoreIndex.BLOCK_BYTES;

    @TempDir
    private Path directory;

    @Test
    void givesBackWhatItWasGiven() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            assertThat(store.contains(digest)).isTrue();
            assertThat(store.find(digest).orElseThrow()).hasContent("hello");
            assertThat(store.find(Digest.ofBytes(bytes("other")))).isEmpty();
            assertThat(store.stats())
                    .isEqualTo(new ContentStore.Stats(1, BLOCK, MEGABYTE, new ContentStore.UseCounts(1, 2, 0, 0)));
        }
    }

    @Test
    void namesAFileByItsDigestAndMakesItReadOnly() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.putFile(Files.writeString(directory.resolve("input"), "hello"));
            Path file = store.find(digest).orElseThrow();
            assertThat(file).isEqualTo(
                    storeDirectory().resolve(digest.hex().substring(0, 2)).resolve(digest.toString()));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("r--r--r--");
        }
    }

    @Test
    void refusesOtherBytesThanAnnouncedAndLeavesNothingBehind() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest expected = Digest.ofBytes(bytes("good"));
            for (String wrong : List.of("evil", "short".substring(0, 3), "too long", "")) {
                assertThatThrownBy(() -> store.put(expected, new ByteArrayInputStream(bytes(wrong))))
                        .isInstanceOfSatisfying(DigestMismatchException.class, e -> {
                            assertThat(e.expected()).isEqualTo(expected);
                            assertThat(e.got()).isNotEqualTo(expected);
                        });
            }
            assertThat(store.find(expected)).isEmpty();
            assertThat(filesIn(storeDirectory())).isEmpty();
        }
    }

    @Test
    void takesPiecesAndKeepsThemHiddenUntilTheCommit() throws IOException {
        Digest digest = Digest.ofBytes(bytes("in pieces"));
        try (ContentStore store = open(MEGABYTE)) {
            try (ContentWriter inbox = store.receive(digest)) {
                inbox.write(ByteBuffer.wrap(bytes("in ")));
                assertThat(store.find(digest)).isEmpty();
                inbox.write(ByteBuffer.wrap(bytes("pieces")));
                inbox.commit();
            }
            assertThat(store.find(digest).orElseThrow()).hasContent("in pieces");
        }
    }

    @Test
    void forgetsAnInboxThatIsClosedWithoutACommit() throws IOException {
        Digest digest = Digest.ofBytes(bytes("in pieces"));
        try (ContentStore store = open(MEGABYTE)) {
            try (ContentWriter inbox = store.receive(digest)) {
                inbox.write(ByteBuffer.wrap(bytes("in ")));
            }
            assertThat(store.find(digest)).isEmpty();
            assertThat(filesIn(storeDirectory())).isEmpty();
        }
    }

    /** A job that links the file at this moment would otherwise find none: link(2) refuses a file without a name. */
    @Test
    void keepsTheFileOfAnEntryThatIsReceivedTwice() throws IOException {
        Digest digest = Digest.ofBytes(bytes("twice"));
        try (ContentStore store = open(MEGABYTE);
                ContentWriter first = store.receive(digest);
                ContentWriter second = store.receive(digest)) {
            for (ContentWriter inbox : List.of(first, second)) {
                inbox.write(ByteBuffer.wrap(bytes("twice")));
            }
            first.commit();
            long inode = FileStamp.of(store.find(digest).orElseThrow()).ino();
            second.commit();
            assertThat(store.isLink(digest, inode)).isTrue();
            assertThat(FileStamp.of(store.find(digest).orElseThrow()).ino()).isEqualTo(inode);
            assertThat(filesIn(storeDirectory())).hasSize(1);
            assertThat(store.stats().bytes()).isEqualTo(BLOCK);
        }
    }

    @Test
    void replacesTheFileOfAnEntryThatIsDamagedWhenItIsReceivedAgain() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("again"));
            Path file = store.find(digest).orElseThrow();
            try (ContentWriter inbox = store.receive(digest)) {
                inbox.write(ByteBuffer.wrap(bytes("again")));
                Files.delete(file);
                Files.writeString(file, "wrong");
                inbox.commit();
            }
            assertThat(store.find(digest).orElseThrow()).hasContent("again");
        }
    }

    @Test
    void linksWithoutCopying() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            Path target = directory.resolve("link");
            assertThat(store.linkTo(digest, target)).isTrue();
            assertThat(Files.isSameFile(target, store.find(digest).orElseThrow())).isTrue();
            assertThat(store.linkTo(Digest.ofBytes(bytes("?")), directory.resolve("none"))).isFalse();
            assertThatThrownBy(() -> store.linkTo(digest, target)).isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> store.linkTo(digest, directory.resolve("no/such/directory/x")))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void keepsTrustingAnEntryThatWasLinked() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            FileStamp before = FileStamp.of(store.find(digest).orElseThrow());
            store.linkTo(digest, directory.resolve("link"));
            FileStamp after = FileStamp.of(store.find(digest).orElseThrow());
            assertThat(after.ctimeNanos()).isGreaterThan(before.ctimeNanos());
            assertThat(after.mtimeNanos()).isEqualTo(before.mtimeNanos());
        }
    }

    @Test
    void copiesSoThatTheCopyMayBeWritten() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            Path target = directory.resolve("copy");
            assertThat(store.copyTo(digest, target)).isTrue();
            Files.writeString(target, "changed");
            assertThat(store.find(digest).orElseThrow()).hasContent("hello");
        }
    }

    @Test
    void findsEverythingAgainAfterARestart() throws IOException {
        Digest digest;
        try (ContentStore store = open(MEGABYTE)) {
            digest = store.put(bytes("hello"));
        }
        try (ContentStore store = open(MEGABYTE)) {
            assertThat(store.find(digest).orElseThrow()).hasContent("hello");
        }
    }

    @Test
    void dropsStraysWhenItOpens() throws IOException {
        Digest digest;
        try (ContentStore store = open(MEGABYTE)) {
            digest = store.put(bytes("hello"));
        }
        Path entry = storeDirectory().resolve(digest.hex().substring(0, 2)).resolve(digest.toString());
        Files.writeString(storeDirectory().resolve("tmp/17"), "half of som");
        Files.writeString(entry.resolveSibling("README"), "?");
        Files.writeString(entry.resolveSibling(digest.hex() + "-6"), "hello");
        Path other = Files.createDirectories(storeDirectory().resolve("00"));
        Files.writeString(other.resolve("11".repeat(32) + "-5"), "other");
        try (ContentStore store = open(MEGABYTE)) {
            assertThat(store.stats().entries()).isEqualTo(1);
            assertThat(filesIn(storeDirectory())).containsExactly(entry);
        }
    }

    @Test
    void dropsAnEntryThatWasDamagedWhileItWasDown() throws IOException {
        Digest digest;
        try (ContentStore store = open(MEGABYTE)) {
            digest = store.put(bytes("hello"));
            damage(store.find(digest).orElseThrow());
        }
        try (ContentStore store = open(MEGABYTE)) {
            assertThat(store.find(digest)).isEmpty();
            assertThat(store.stats().damaged()).isEqualTo(1);
            assertThat(filesIn(storeDirectory())).isEmpty();
            store.put(bytes("hello"));
            assertThat(store.find(digest).orElseThrow()).hasContent("hello");
        }
    }

    @Test
    void dropsAnEntryThatIsDamagedUnderItsEyes() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            Path file = store.find(digest).orElseThrow();
            damage(file);
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            assertThat(store.linkTo(digest, directory.resolve("link"))).isFalse();
            assertThat(directory.resolve("link")).doesNotExist();
        }
    }

    @Test
    void doesNotHoldAnEntryThatIsDamagedOrGone() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest whole = store.put(bytes("whole"));
            Digest damaged = store.put(bytes("hello"));
            Digest gone = store.put(bytes("gone"));
            Path file = store.find(damaged).orElseThrow();
            damage(file);
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            Files.delete(store.find(gone).orElseThrow());
            assertThat(store.holds(whole)).isTrue();
            assertThat(store.holds(damaged)).isFalse();
            assertThat(store.holds(gone)).isFalse();
            assertThat(store.stats().entries()).isEqualTo(1);
        }
    }

    @Test
    void missesAnEntryWhoseFileWasDeleted() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            Files.delete(store.find(digest).orElseThrow());
            assertThat(store.find(digest)).isEmpty();
            assertThat(store.stats().entries()).isZero();
            assertThat(store.stats().bytes()).isZero();
        }
    }

    @Test
    void evictsTheLeastRecentlyUsedDownToNineTenths() throws IOException {
        try (ContentStore store = open(10 * BLOCK)) {
            List<Digest> digests = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                digests.add(store.put(bytes("entry " + i)));
            }
            store.find(digests.getFirst());
            Digest newest = store.put(bytes("one more"));
            assertThat(store.find(newest)).isPresent();
            assertThat(store.find(digests.getFirst())).isPresent();
            assertThat(store.find(digests.get(1))).isEmpty();
            assertThat(store.stats().bytes()).isLessThanOrEqualTo(9 * BLOCK);
            assertThat(filesIn(storeDirectory())).hasSize(store.stats().entries());
        }
    }

    @Test
    void letsAReaderAndALinkKeepWhatItEvicts() throws IOException {
        try (ContentStore store = open(2 * BLOCK)) {
            Digest digest = store.put(bytes("kept"));
            Path link = directory.resolve("link");
            store.linkTo(digest, link);
            try (FileChannel reader = store.read(digest).orElseThrow()) {
                store.put(bytes("a"));
                store.put(bytes("b"));
                assertThat(store.contains(digest)).isFalse();
                ByteBuffer bytes = ByteBuffer.allocate(4);
                reader.read(bytes);
                assertThat(bytes.array()).isEqualTo(bytes("kept"));
            }
            assertThat(link).hasContent("kept");
        }
    }

    @Test
    void remembersTheOrderOfUseAcrossARestart() throws IOException {
        SettableClock clock = new SettableClock(Instant.now());
        List<Digest> digests = new ArrayList<>();
        try (ContentStore store = ContentStore.open(storeDirectory(), 10 * BLOCK, clock)) {
            for (int i = 0; i < 10; i++) {
                digests.add(store.put(bytes("entry " + i)));
                clock.advance(Duration.ofSeconds(2));
            }
            store.find(digests.getFirst());
        }
        try (ContentStore store = ContentStore.open(storeDirectory(), 10 * BLOCK, clock)) {
            store.put(bytes("one more"));
            assertThat(digests).filteredOn(digest -> !store.contains(digest)).containsExactly(digests.get(1),
                    digests.get(2));
        }
    }

    @Test
    void refusesWhatCouldNeverFitAndSaysSo() throws IOException {
        try (ContentStore store = open(BLOCK)) {
            assertThatThrownBy(() -> store.put(new byte[BLOCK + 1])).hasMessageContaining("more than the store")
                    .hasMessageContaining(storeDirectory().toString());
            assertThat(store.stats().bytes()).isZero();
        }
    }

    @Test
    void refusesADirectoryThatAnotherStoreHasOpen() throws IOException {
        try (ContentStore _ = open(MEGABYTE)) {
            assertThatThrownBy(() -> open(MEGABYTE)).hasMessageContaining("another node")
                    .hasMessageContaining(storeDirectory().toString());
        }
    }

    @Test
    void namesThePathAndTheRemedyWhenItCannotWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> ContentStore.open(file.resolve("store"), MEGABYTE))
                .hasMessageContaining(file.resolve("store").toString());
        assertThat(IoErrorMessages.explain("write", file, new IOException("No space left on device")))
                .hasMessageContaining(file.toString()).hasMessageContaining("free some space");
    }

    @Test
    void removesOnRequest() throws IOException {
        try (ContentStore store = open(MEGABYTE)) {
            Digest digest = store.put(bytes("hello"));
            store.remove(digest);
            store.remove(digest);
            assertThat(store.find(digest)).isEmpty();
            assertThat(filesIn(storeDirectory())).isEmpty();
        }
    }

    private ContentStore open(long maxBytes) throws IOException {
        return ContentStore.open(storeDirectory(), maxBytes);
    }

    private Path storeDirectory() {
        return directory.resolve("store");
    }

    /** Every file of the store but its lock. */
    private static List<Path> filesIn(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
        }
    }

    private static void damage(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(file, "jello");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
