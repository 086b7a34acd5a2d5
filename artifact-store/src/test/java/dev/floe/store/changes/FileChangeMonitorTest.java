package dev.floe.store.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.FileStamp;
import dev.floe.store.changes.kernel.InotifyEvents;

/** With the kernel's events. */
final class FileChangeMonitorTest {
    private final FileChangeMonitor monitor = new FileChangeMonitor(String::hashCode, InstantSource.system());
    private static final int MANY = 100_000; // more than a queue has room for

    @TempDir
    private Path temporary;
    private Path directory;
    private Path header;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createDirectories(temporary.toRealPath().resolve("a/b/c"));
        header = Files.writeString(directory.resolve("h.h"), "int x;\n");
        monitor.start();
        assertEquals("", monitor.stats().why());
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private PathLook look(Path path) {
        monitor.drain();
        return monitor.look(path).orElseThrow();
    }

    /** What the monitor says is what a look says. */
    private void assertRight(Path path) throws IOException {
        PathLook look = look(path);
        assertEquals(FileStamp.ifPresent(path), Optional.ofNullable(look.stamp()), path::toString);
        assertEquals(Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString() : null, look.target());
    }

    private LookSnapshot snapshot(Consumer<LookSnapshotBuilder> depends) {
        monitor.drain();
        LookSnapshotBuilder builder = monitor.newSnapshot().orElseThrow();
        depends.accept(builder);
        return builder.build().orElseThrow();
    }

    private boolean isCurrent(LookSnapshot snapshot) {
        monitor.drain();
        return snapshot.isCurrent();
    }

    @Test
    void looksOnceAtWhatDoesNotChange() {
        PathLook first = look(header);
        assertSame(first, look(header));
        assertSame(look(directory), look(directory));
        assertSame(look(directory.resolve("missing.h")), look(directory.resolve("missing.h")));
    }

    @Test
    void seesAWriteWhoseTimesAndSizeWereRestored() throws IOException {
        FileTime time = Files.getLastModifiedTime(header);
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        PathLook before = look(header);
        Files.writeString(header, "int y;\n");
        Files.setLastModifiedTime(header, time);
        assertNotSame(before, look(header));
        assertFalse(isCurrent(seen));
        assertRight(header);
    }

    @Test
    void seesAWriteThroughASecondNameThatWasMadeLater() throws IOException {
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        Path other = Files.createDirectory(temporary.resolve("other")).resolve("name");
        Files.createLink(other, header);
        assertFalse(isCurrent(seen));
        LookSnapshot again = snapshot(looks -> looks.path(header));
        assertTrue(isCurrent(again));
        Files.writeString(other, "int z;\n");
        assertFalse(isCurrent(again));
        assertRight(header);
    }

    @Test
    void seesAWriteThroughASecondNameThatWasThereBefore() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other")).resolve("name");
        Files.createLink(other, header);
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        Files.writeString(other, "int z;\n");
        assertFalse(isCurrent(seen));
        assertRight(header);
    }

    @Test
    void seesAFileThatIsRenamedOver() throws IOException {
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        Path fresh = Files.writeString(directory.resolve("h.h.new"), "int w;\n");
        Files.move(fresh, header, StandardCopyOption.ATOMIC_MOVE);
        assertFalse(isCurrent(seen));
        assertRight(header);
        LookSnapshot again = snapshot(looks -> looks.path(header));
        Files.writeString(header, "int v;\n");
        assertFalse(isCurrent(again));
    }

    @Test
    void seesADirectoryThatIsExchanged() throws IOException {
        Path b = temporary.toRealPath().resolve("a/b");
        Path other = Files.createDirectories(b.resolveSibling("other").resolve("c"));
        Files.writeString(other.resolve("h.h"), "int other;\n");
        look(other.resolve("h.h"));
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        Files.move(b, b.resolveSibling("old"));
        Files.move(b.resolveSibling("other"), b);
        assertFalse(isCurrent(seen));
        assertRight(header);
        assertRight(other.resolve("h.h"));
        LookSnapshot again = snapshot(looks -> looks.path(header));
        Files.writeString(header, "int z;\n");
        assertFalse(isCurrent(again));
    }

    @Test
    void seesADirectoryThatIsRenamedOntoAnEmptyOne() throws IOException {
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertRight(empty.resolve("h.h"));
        LookSnapshot seen = snapshot(looks -> looks.path(empty.resolve("h.h")));
        Files.move(directory, empty, StandardCopyOption.ATOMIC_MOVE);
        assertFalse(isCurrent(seen));
        assertRight(empty.resolve("h.h"));
        assertRight(header);
    }

    @Test
    void seesAnAncestorThatIsMovedAndMovedBack() throws IOException {
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        Path a = temporary.toRealPath().resolve("a");
        Files.move(a, a.resolveSibling("away"));
        assertFalse(isCurrent(seen));
        assertRight(header);
        Files.move(a.resolveSibling("away"), a);
        assertRight(header);
        LookSnapshot again = snapshot(looks -> looks.path(header));
        Files.writeString(header, "int back;\n");
        assertFalse(isCurrent(again));
    }

    @Test
    void seesALinkThatIsRetargetedAtEachLevel() throws IOException {
        Path root = temporary.toRealPath();
        Path other = Files.createDirectories(root.resolve("z/b/c"));
        Files.writeString(other.resolve("h.h"), "int other;\n");
        for (String level : List.of("a", "a/b", "a/b/c", "a/b/c/h.h")) {
            Path link = root.resolve("link");
            Files.createSymbolicLink(link, Path.of(level));
            Path through = link.resolve(root.resolve(level).relativize(header).toString()).normalize();
            LookSnapshot seen = snapshot(looks -> looks.path(through));
            assertEquals(Optional.ofNullable(look(through).stamp()), FileStamp.ifPresent(through));
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of(level.replaceFirst("a", "z")));
            assertFalse(isCurrent(seen), level);
            assertRight(through);
            Files.delete(link);
            assertRight(through);
        }
    }

    @Test
    void seesALinkInTheMiddleOfAChainOfLinks() throws IOException {
        Path root = temporary.toRealPath();
        Files.createSymbolicLink(root.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(root.resolve("two"), Path.of("a/b"));
        Files.createDirectories(root.resolve("q/c"));
        Path through = root.resolve("one/c/h.h");
        LookSnapshot seen = snapshot(looks -> looks.path(through));
        assertTrue(isCurrent(seen));
        Files.delete(root.resolve("two"));
        Files.createSymbolicLink(root.resolve("two"), root.resolve("q"));
        assertFalse(isCurrent(seen));
        assertRight(through);
    }

    @Test
    void seesAMissingNameAppearAtEachLevel() throws IOException {
        Path missing = directory.resolve("sys/types.h");
        LookSnapshot seen = snapshot(looks -> looks.path(missing));
        Files.createDirectory(directory.resolve("sys"));
        assertFalse(isCurrent(seen));
        LookSnapshot again = snapshot(looks -> looks.path(missing));
        Files.writeString(missing, "");
        assertFalse(isCurrent(again));
        assertRight(missing);
    }

    @Test
    void seesAFileInThePlaceOfADirectory() throws IOException {
        Path below = header.resolve("x.h");
        assertRight(below);
        LookSnapshot seen = snapshot(looks -> looks.path(below));
        Files.delete(header);
        Files.createDirectory(header);
        Files.writeString(below, "");
        assertFalse(isCurrent(seen));
        assertRight(below);
    }

    @Test
    void seesPermissionsOfFilesAndDirectories() throws IOException {
        LookSnapshot file = snapshot(looks -> looks.path(header));
        LookSnapshot place = snapshot(looks -> looks.place(directory));
        Files.setPosixFilePermissions(header, PosixFilePermissions.fromString("rw-------"));
        assertFalse(isCurrent(file));
        assertTrue(isCurrent(place));
        assertRight(header);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        assertFalse(isCurrent(place));
        assertRight(directory);
    }

    @Test
    void seesTheTimesOfADirectory() throws IOException {
        assertRight(directory);
        Files.writeString(directory.resolve("new"), "");
        assertRight(directory);
        Files.delete(directory.resolve("new"));
        assertRight(directory);
        Files.setLastModifiedTime(directory, FileTime.fromMillis(1));
        assertRight(directory);
    }

    @Test
    void namesThatNobodyDependsOnChangeNothing() throws IOException {
        LookSnapshot seen = snapshot(looks -> {
            looks.path(header);
            looks.place(directory);
            looks.names(new long[]{"stdio.h".hashCode()}, List.of(directory));
        });
        long position = monitor.position();
        Path object = directory.resolve("h.o");
        for (int i = 0; i < 10; i++) {
            Files.move(Files.writeString(directory.resolve("h.o.tmp"), "text" + i), object,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        assertTrue(isCurrent(seen));
        assertEquals(position, monitor.position());
        Files.writeString(directory.resolve("stdio.h"), "");
        assertFalse(isCurrent(seen));
    }

    @Test
    void aNameThatGoesCountsLikeOneThatComes() throws IOException {
        Files.writeString(directory.resolve("stdio.h"), "");
        LookSnapshot seen = snapshot(
                looks -> looks.names(new long[]{"stdio.h".hashCode()}, List.of(directory)));
        Files.move(directory.resolve("stdio.h"), directory.resolve("stdio.old"));
        assertFalse(isCurrent(seen));
    }

    @Test
    void aChangeBetweenTheBeginningAndTheEndOfASnapshotCounts() throws IOException {
        monitor.drain();
        LookSnapshotBuilder builder = monitor.newSnapshot().orElseThrow();
        builder.path(header);
        Files.writeString(header, "int meanwhile;\n");
        assertFalse(isCurrent(builder.build().orElseThrow()));
    }

    @Test
    void anOverflowForgetsEverything() throws IOException {
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        for (int i = 0; i < MANY / 2; i++) {
            Path name = directory.resolve(String.valueOf(i % 2));
            Files.createFile(name);
            Files.delete(name);
        }
        Files.writeString(header, "int after;\n");
        assertFalse(isCurrent(seen));
        assertEquals(1, monitor.stats().counts().overflows());
        assertRight(header);
        LookSnapshot again = snapshot(looks -> looks.path(header));
        assertTrue(isCurrent(again));
        Files.writeString(header, "int more;\n");
        assertFalse(isCurrent(again));
    }

    @Test
    void withoutWatchesLeftTheCallerLooks() throws IOException {
        try (FileChangeMonitor small = new FileChangeMonitor(InotifyEvents::new, String::hashCode,
                InstantSource.system(), 2)) {
            small.start();
            assertTrue(small.look(header).isEmpty());
            assertEquals(2, small.stats().watches());
            assertNotEquals(0, small.stats().unwatched()
                    .getOrDefault(ChangeMonitorStats.UnwatchedReason.NO_WATCHES_LEFT, 0));
            LookSnapshotBuilder builder = small.newSnapshot().orElseThrow();
            builder.path(header);
            assertTrue(builder.build().isEmpty());
        }
    }

    @Test
    void otherFileSystemsAreNotWatched() {
        monitor.drain();
        assertTrue(monitor.look(Path.of("/proc/self/status")).isEmpty());
        assertTrue(monitor.look(Path.of("/sys/kernel/mm")).isEmpty());
    }

    @Test
    void namesThatCannotBeComparedAreNotRemembered() throws IOException {
        assertTrue(monitor.look(directory.resolve("h\u00e4.h")).isEmpty());
    }

    @Test
    void anEditThroughAMappingCountsWhenTheFileIsClosed() throws IOException {
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        try (RandomAccessFile file = new RandomAccessFile(header.toFile(), "rw")) {
            MappedByteBuffer map = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 3);
            map.put(0, (byte) 'I');
            map.force();
        }
        // The mapping keeps the file open until it is collected; a write to its end is seen at once.
        Files.writeString(header, "int z;\n");
        assertFalse(isCurrent(seen));
    }

    @Test
    void nothingIsWatchedBeforeTheStartAndAfterTheEnd() {
        FileChangeMonitor other = new FileChangeMonitor(String::hashCode, InstantSource.system());
        assertTrue(other.look(header).isEmpty());
        assertFalse(other.stats().active());
        LookSnapshot seen = snapshot(looks -> looks.path(header));
        monitor.close();
        assertFalse(isCurrent(seen));
        assertTrue(monitor.look(header).isEmpty());
    }

    @Test
    void aKernelThatRefusesIsAReasonAndNoFailure() {
        FileChangeMonitor refused = new FileChangeMonitor(() -> {
            throw new IOException("no instance is left");
        }, String::hashCode, InstantSource.system(), 10);
        refused.start();
        assertEquals("no instance is left", refused.stats().why());
        assertTrue(refused.look(header).isEmpty());
        assertTrue(refused.newSnapshot().isEmpty());
    }

    @Test
    void watchesOfWhatIsGoneAreGone() throws IOException {
        look(header);
        int before = monitor.stats().watches();
        Files.delete(header);
        Files.delete(directory);
        monitor.drain();
        assertEquals(before - 2, monitor.stats().watches());
        assertRight(header);
    }
}
