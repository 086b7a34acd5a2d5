package dev.floe.node.toolchains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;

/** The files of a caller whose root directory is another. */
final class CallerFilesTest {
    @TempDir
    private Path directory;
    private Path root = Path.of("");
    private CallerFiles files = new CallerFiles(new ChrootMachine(root), null);

    /** What a process in a chroot tells of its files. */
    private record ChrootMachine(Path root) implements HostAccess {
        private static final HostAccess HOST = new DirectHostAccess(ProgramRunner::run, new FileDigestCache(10));

        private Path there(Path path) {
            return root.resolve(path.toString().substring(1));
        }

        @Override
        public Optional<FileStat> lstat(Path path) throws IOException {
            return HOST.lstat(there(path));
        }

        @Override
        public byte[] read(Path path, long maxBytes) throws IOException {
            return HOST.read(there(path), maxBytes);
        }

        @Override
        public Optional<List<String>> list(Path path) throws IOException {
            return HOST.list(there(path));
        }

        @Override
        public Digest digest(Path path, FileStat stat) throws IOException {
            return HOST.digest(there(path), stat);
        }

        @Override
        public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void makeARoot() throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectories(root.resolve("usr/bin"));
        Files.writeString(root.resolve("usr/bin/gcc-12"), "the root's");
        Files.createSymbolicLink(root.resolve("usr/bin/gcc"), Path.of("gcc-12"));
        Files.createSymbolicLink(root.resolve("usr/bin/cc"), Path.of("/usr/bin/gcc"));
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        files = new CallerFiles(new ChrootMachine(root), Files.createTempDirectory(directory, "copies"));
    }

    @Test
    void anAbsoluteLinkLeadsToTheFileInTheCallersRoot() throws IOException {
        assertThat(files.real(Path.of("/bin/cc"))).isEqualTo(Path.of("/usr/bin/gcc-12"));
        assertThat(files.contents(Path.of("/usr/bin/gcc-12"))).hasContent("the root's");
    }

    @Test
    void doubleDotsStopAtTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../usr/bin/gcc"));
        assertThat(files.real(Path.of("/up"))).isEqualTo(Path.of("/usr/bin/gcc-12"));
    }

    @Test
    void aFileOfTheHostIsMissing() throws IOException {
        Path host = Files.writeString(directory.resolve("file"), "");
        assertThat(files.stat(host)).isEmpty();
        assertThatThrownBy(() -> files.real(host)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void linksInACircleLeadNowhere() throws IOException {
        Files.createSymbolicLink(root.resolve("circle"), Path.of("/circle"));
        assertThatThrownBy(() -> files.real(Path.of("/circle"))).isInstanceOf(IOException.class)
                .hasMessageContaining("too many symbolic links");
    }

    @Test
    void namesAreThoseOfTheRootInOrder() throws IOException {
        assertThat(files.list(Path.of("/usr/bin"))).containsExactly("cc", "gcc", "gcc-12");
        assertThat(files.list(Path.of("/absent"))).isEmpty();
    }
}
