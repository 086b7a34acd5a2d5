package dev.floe.store.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.store.FileStamp;

/**
 * Random changes of a small tree with directories, links and hard links. After each the monitor says of random paths
 * what a look says, and no snapshot is current whose paths say something else than when it was made.
 */
final class RandomChangesTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "h.h", "l");
    private static final int STEPS = Boolean.getBoolean("floe.test.thorough") ? 5000 : 1500;
    private static final int LOOKS = 12;
    private static final int SNAPSHOTS = 8;

    @TempDir
    private Path temporary;
    private final FileChangeMonitor monitor = new FileChangeMonitor(String::hashCode, InstantSource.system());
    private Path root;
    private Path outside;
    private Random random = new Random(0);

    /** What was said when a snapshot was made. */
    private record Seen(LookSnapshot snapshot, Map<Path, Optional<FileStamp>> stamps) {}

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(temporary.toRealPath().resolve("root"));
        outside = Files.createDirectory(temporary.toRealPath().resolve("outside"));
        monitor.start();
        assertTrue(monitor.stats().active(), monitor.stats()::why);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private Path path() {
        Path path = root;
        for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
            path = path.resolve(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path;
    }

    /** What is impossible is tried too, and is no change. */
    private void change() {
        Path path = path();
        try {
            switch (random.nextInt(12)) {
                case 0, 1 -> Files.createDirectories(path);
                case 2, 3 -> Files.writeString(path, "text" + random.nextInt(10));
                case 4 -> Files.createSymbolicLink(path, random.nextBoolean()
                        ? path()
                        : Path.of("..", NAMES.get(random.nextInt(NAMES.size()))));
                case 5 -> Files.move(path, path(), StandardCopyOption.ATOMIC_MOVE);
                case 6 -> Files.createLink(path, path());
                case 7 -> delete(path);
                case 8 -> Files.setPosixFilePermissions(path,
                        PosixFilePermissions.fromString(random.nextBoolean() ? "rwx------" : "rwxr-xr-x"));
                case 9 -> Files.setLastModifiedTime(path, FileTime.fromMillis(random.nextInt(3)));
                case 10 -> throughAnotherName(path);
                default -> away(path);
            }
        } catch (IOException _) {
            // the tree has no place for it
        }
    }

    private void throughAnotherName(Path path) throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            FileTime time = Files.getLastModifiedTime(path);
            Path other = outside.resolve("name");
            Files.createLink(other, path);
            Files.writeString(other, "other" + random.nextInt(10));
            Files.setLastModifiedTime(other, time);
            Files.delete(other);
        }
    }

    private void away(Path path) throws IOException {
        Path place = outside.resolve("away");
        Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
        if (Files.isDirectory(place)) {
            Files.writeString(place.resolve("h.h"), "away" + random.nextInt(10));
        }
        if (random.nextBoolean()) {
            Files.move(place, path, StandardCopyOption.ATOMIC_MOVE);
        } else {
            delete(place);
        }
    }

    private static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, java.io.IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Optional<FileStamp> stamp(Path path) {
        try {
            return FileStamp.ifPresent(path).map(RandomChangesTest::comparable);
        } catch (IOException _) {
            return Optional.empty(); // links in a circle
        }
    }

    /**
     * A second name for a link changes the link's time without an event. Its text cannot change, so nothing depends on
     * that.
     */
    private static FileStamp comparable(FileStamp stamp) {
        return stamp.isSymbolicLink()
                ? new FileStamp(stamp.dev(), stamp.ino(), stamp.size(), stamp.mtimeNanos(), 0, stamp.mode())
                : stamp;
    }

    private Optional<Seen> snapshot() {
        monitor.drain();
        LookSnapshotBuilder builder = monitor.newSnapshot().orElseThrow();
        Map<Path, Optional<FileStamp>> stamps = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            Path path = path();
            builder.path(path);
            stamps.put(path, stamp(path));
        }
        return builder.build().map(snapshot -> new Seen(snapshot, stamps));
    }

    private void compare(List<Seen> snapshots, String where) {
        monitor.drain();
        for (int i = 0; i < LOOKS; i++) {
            Path path = path();
            monitor.look(path).ifPresent(look -> assertEquals(stamp(path),
                    Optional.ofNullable(look.stamp()).map(RandomChangesTest::comparable),
                    () -> where + " " + path));
        }
        for (Seen seen : snapshots) {
            if (seen.snapshot().isCurrent()) {
                seen.stamps().forEach((path, then) -> assertEquals(then, stamp(path),
                        () -> where + ": a current snapshot of " + path));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsOverlooked(long seed) {
        random = new Random(seed);
        List<Seen> snapshots = new ArrayList<>();
        int current = 0;
        for (int step = 0; step < STEPS; step++) {
            change();
            compare(snapshots, "seed " + seed + " step " + step);
            snapshot().ifPresent(snapshots::add);
            current += (int) snapshots.stream().filter(seen -> seen.snapshot().isCurrent()).count();
            if (snapshots.size() > SNAPSHOTS) {
                snapshots.removeFirst();
            }
        }
        assertTrue(current > STEPS, "few snapshots are current, so this shows little: " + current);
    }

    @Test
    void nothingIsOverlookedOfWhatChangesDuringALook() throws InterruptedException {
        List<Seen> snapshots = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    change();
                }
            });
            Random own = new Random(round);
            while (writer.isAlive()) {
                monitor.drain();
                monitor.look(root.resolve(NAMES.get(own.nextInt(NAMES.size())))
                        .resolve(NAMES.get(own.nextInt(NAMES.size()))));
            }
            writer.join();
            snapshots.clear();
            snapshot().ifPresent(snapshots::add);
            compare(snapshots, "round " + round);
        }
    }
}
