package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.Workbench;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;
import dev.floe.store.files.TreeDeleter;

/** A tree that serves one job after the other is the one that each would have got for itself. */
final class ReusableExecRootTest {
    @TempDir
    private Path directory;
    private Workbench bench;
    private ReusableExecRoot ground;
    private int jobs;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        ground = ReusableExecRoot.fresh(directory.resolve("ground"));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        TreeDeleter.delete(ground.root());
    }

    private ExecRoot make(Offer offer) throws IOException {
        return ExecRoot.make(ground, bench.toolchain(), offer, bench.store(), bench.runner());
    }

    /** Every name below a root, with all that a command could tell it by. */
    private static TreeMap<String, String> picture(Path root) throws IOException {
        TreeMap<String, String> picture = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String mode = PosixFilePermissions
                        .toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                String what = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path)
                                ? "directory"
                                : Files.readString(path, StandardCharsets.ISO_8859_1);
                picture.put(root.relativize(path).toString(), mode + " " + what);
            }
        }
        return picture;
    }

    private TreeMap<String, String> alone(Offer offer) throws IOException {
        Path root = directory.resolve("alone" + jobs++);
        ExecRoot.make(ReusableExecRoot.fresh(root), bench.toolchain(), offer, bench.store(), bench.runner());
        TreeMap<String, String> picture = picture(root);
        TreeDeleter.delete(root);
        return picture;
    }

    @Test
    void keepsWhatTwoJobsShareAndNothingElse() throws IOException {
        WireInput shared = bench.file("/usr/include/a.h", "a");
        ExecRoot first = make(Workbench.offer(List.of("/w"), "", shared, bench.file("/usr/include/b.h", "b")));
        Object inode = Files.getAttribute(first.outside("/usr/include"), "unix:ino");
        Offer second = Workbench.offer(List.of("/w"), "", shared, bench.file("/usr/include/c/d.h", "d"));
        assertThat(picture(make(second).root())).isEqualTo(alone(second));
        assertThat(Files.getAttribute(first.outside("/usr/include"), "unix:ino")).isEqualTo(inode);
        assertThat(first.outside("/usr/include/b.h")).doesNotExist();
    }

    @Test
    void replacesALinkToAnEntryThatIsNoLongerTheStores() throws IOException {
        WireInput input = bench.file("/i/x.h", "right");
        Offer offer = Workbench.offer(List.of("/w"), "", input);
        ExecRoot tree = make(offer);
        Object before = Files.getAttribute(tree.outside("/i/x.h"), "unix:ino");
        Digest digest = Digest.of(input.hash(), input.size());
        bench.store().remove(digest);
        bench.file("/i/x.h", "right");
        assertThat(make(offer).outside("/i/x.h")).hasContent("right");
        assertThat(Files.getAttribute(tree.outside("/i/x.h"), "unix:ino")).isNotEqualTo(before);
    }

    @Test
    void givesPrivateFilesAnewToEachJob() throws IOException {
        Offer offer = Workbench.offer(List.of("/w"), "",
                bench.file(InputKind.PRIVATE_FILE, "/i/x.h", "x", 5_000_000_000L, 1),
                bench.file(InputKind.PRIVATE_FILE, "/i/y.h", "x", 5_000_000_000L, 1));
        make(offer);
        ExecRoot again = make(offer);
        assertThat(Files.getAttribute(again.outside("/i/x.h"), "unix:ino"))
                .isEqualTo(Files.getAttribute(again.outside("/i/y.h"), "unix:ino"));
        assertThat(Files.getLastModifiedTime(again.outside("/i/x.h")).toMillis()).isEqualTo(5_000);
    }

    /** Random jobs one after the other on one ground, each compared with the same job on a ground of its own. */
    @Test
    void isTheTreeThatEachJobWouldHaveGotForItself() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int job = 0; job < 60; job++) {
            Offer offer = random(random);
            ExecRoot tree = make(offer);
            assertThat(picture(tree.root())).as("seed %d, job %d", seed, job).isEqualTo(alone(offer));
        }
    }

    private Offer random(Random random) {
        List<String> names = List.of("a", "b", "c");
        TreeMap<String, WireInput> inputs = new TreeMap<>();
        List<String> writable = new ArrayList<>(List.of("/w"));
        for (int i = 0; i < 12; i++) {
            StringBuilder path = new StringBuilder(random.nextBoolean() ? "/w" : "/tmp");
            for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
                path.append('/').append(names.get(random.nextInt(names.size())));
            }
            String name = path.toString();
            boolean clashes = inputs.keySet().stream()
                    .anyMatch(known -> known.startsWith(name + "/") || name.startsWith(known + "/"));
            if (clashes) {
                continue;
            }
            inputs.put(name, switch (random.nextInt(5)) {
                case 0 -> Workbench.link(name, "target" + random.nextInt(2));
                case 1 -> Workbench.directory(name);
                case 2 -> bench.file(InputKind.PRIVATE_FILE, name, "p" + random.nextInt(2), 1_000_000_000L, 0);
                default -> bench.file(name, "f" + random.nextInt(3));
            });
            if (random.nextInt(3) == 0) {
                writable.add(random.nextBoolean() ? name : ExecRoot.parent(name));
            }
        }
        return Workbench.offer(writable, "", inputs.values().toArray(WireInput[]::new));
    }
}
