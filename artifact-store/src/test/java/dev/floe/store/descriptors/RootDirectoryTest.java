package dev.floe.store.descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.FileStamp;
import dev.floe.store.descriptors.RootDirectory.Found;

/** Paths as a process resolves them whose root a directory is. */
final class RootDirectoryTest {
    @TempDir
    Path directory;
    private Path inside;
    private RootDirectory root;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        inside = Files.createDirectories(directory.resolve("root/usr/include"));
        Files.writeString(inside.resolve("a.h"), "inside");
        Files.writeString(directory.resolve("secret"), "outside");
        root = new RootDirectory(OpenDescriptor.forReading(directory.resolve("root")).orElseThrow());
    }

    @AfterEach
    void close() {
        root.close();
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(directory.resolve("root").resolve(name), Path.of(target));
    }

    private String read(String path) throws IOException {
        Optional<OpenDescriptor> found = root.find(Path.of(path));
        if (found.isEmpty()) {
            return "";
        }
        try (OpenDescriptor file = found.get()) {
            return Files.readString(file.path());
        }
    }

    @Test
    void seesItsFilesUnderAbsolutePaths() throws IOException {
        assertThat(root.look(Path.of("/usr/include/a.h")))
                .isEqualTo(new Found.PresentEntry(FileStamp.ofLink(inside.resolve("a.h")), null));
        assertThat(read("/usr/include/a.h")).isEqualTo("inside");
        assertThat(root.look(Path.of("/usr/include/b.h"))).isInstanceOf(Found.NoEntryFound.class);
        assertThat(root.look(Path.of("/usr/include/a.h/b.h"))).isInstanceOf(Found.NoEntryFound.class);
        assertThat(root.look(Path.of("/"))).isInstanceOf(Found.PresentEntry.class);
    }

    @Test
    void aFileOfTheHostIsNotThere() throws IOException {
        assertThat(root.look(directory.resolve("secret"))).isInstanceOf(Found.NoEntryFound.class);
        assertThat(root.find(directory.resolve("secret"))).isEmpty();
    }

    @Test
    void noLinkLeadsOut() throws IOException {
        link("absolute", directory.resolve("secret").toString());
        link("relative", "../secret");
        link("up", "../../../../../../../../.." + directory.resolve("secret"));
        for (String name : new String[]{"/absolute", "/relative", "/up", "/../secret", "/usr/../../secret"}) {
            assertThat(read(name)).as(name).isEmpty();
        }
    }

    @Test
    void anAbsoluteLinkBeginsAtTheRoot() throws IOException {
        link("lib", "/usr");
        link("a", "/lib/include/a.h");
        assertThat(read("/a")).isEqualTo("inside");
        assertThat(root.look(Path.of("/a"))).isInstanceOfSatisfying(Found.PresentEntry.class, found -> {
            assertThat(found.stamp().isSymbolicLink()).isTrue();
            assertThat(new String(Objects.requireNonNull(found.target()), StandardCharsets.UTF_8))
                    .isEqualTo("/lib/include/a.h");
        });
    }

    @Test
    void aPathOutOfDirectoriesThatAreNotAbsoluteIsResolvedFromTheRootToo() throws IOException {
        assertThat(read("/usr/include/../include/a.h")).isEqualTo("inside");
    }

    @Test
    void manyPathsAreSeenAsEachOfThem() throws IOException {
        link("lib", "/usr");
        link("usr/out", "../../secret");
        link("outside", directory.toString());
        List<Path> paths = Stream.of("/usr/include/a.h", "/usr/include/b.h", "/lib/include/a.h", "/lib", "/usr/out",
                "/", "/usr/..", "/usr/.", "/outside/secret", "/..", "/usr/include/a.h/x", "/lib/include", "/../secret",
                "/usr/../../secret", directory + "/secret").map(Path::of).toList();
        List<Found> each = new ArrayList<>();
        for (Path path : paths) {
            each.add(root.look(path));
        }
        assertThat(root.look(paths)).usingRecursiveFieldByFieldElementComparator().isEqualTo(each);
        assertThat(each).filteredOn(Found.PresentEntry.class::isInstance).hasSize(9);
    }

    @Test
    void manyDirectoriesAreNotOpenAtOnce() throws IOException {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(inside.resolve("d" + i));
            Files.writeString(inside.resolve("d" + i).resolve("x.h"), "");
            paths.add(Path.of("/usr/include/d" + i + "/x.h"));
        }
        assertThat(root.look(paths)).hasSize(300).allMatch(Found.PresentEntry.class::isInstance);
    }

    @Test
    void findsOnlyFilesAndDirectoriesAndOpensNothingElse() throws Exception {
        Path fifo = directory.resolve("root/fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        assertThat(root.look(Path.of("/fifo"))).isInstanceOf(Found.PresentEntry.class);
        assertThat(root.find(Path.of("/fifo"))).isEmpty();
        try (OpenDescriptor found = root.find(Path.of("/usr")).orElseThrow()) {
            assertThat(found.path().resolve("include")).isDirectory();
        }
    }

    @Test
    void leavesProcToItsOwner() throws IOException {
        try (RootDirectory whole = new RootDirectory(OpenDescriptor.forReading(Path.of("/")).orElseThrow())) {
            assertThat(whole.look(Path.of("/proc/self/fd/0"))).isInstanceOf(Found.NotVisible.class);
            assertThat(whole.look(Path.of("/proc/self/status"))).isInstanceOf(Found.NotVisible.class);
            assertThat(whole.find(Path.of("/proc/self/status"))).isEmpty();
            assertThat(whole.look(Path.of("/etc"))).isInstanceOf(Found.PresentEntry.class);
        }
    }

    @Test
    void refusesARootThatIsAFile() {
        OpenDescriptor file = OpenDescriptor.forReading(directory.resolve("secret")).orElseThrow();
        assertThatThrownBy(() -> new RootDirectory(file)).hasMessage("a root that is no directory");
        file.close();
    }

    @Test
    void leavesNothingOpen() throws IOException {
        for (int i = 0; i < 50; i++) {
            root.look(Path.of("/usr/include/a.h"));
            root.look(Path.of("/nothing"));
            read("/usr/include/a.h");
        }
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(all.filter(this::leadsToARoot)).as("its own descriptor").hasSize(1);
        }
    }

    private boolean leadsToARoot(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory);
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }
}
