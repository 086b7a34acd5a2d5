package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of this machine may stand for those of another one. */
final class SystemFilesTest {
    @TempDir
    private Path directory;
    private Path usr;
    private long user;

    @BeforeEach
    void install() throws IOException {
        permit(directory, "rwxr-xr-x");
        usr = Files.createDirectory(directory.resolve("usr"));
        permit(usr, "rwxr-xr-x");
        file("stdio.h");
        user = ((Number) Files.getAttribute(usr, "unix:uid")).longValue();
    }

    private Path file(String name) throws IOException {
        Path file = Files.writeString(usr.resolve(name), "text");
        permit(file, "rw-r--r--");
        return file;
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private Optional<Path> find(String path) {
        return new SystemFiles(List.of(usr + "/"), user).find(path, 4);
    }

    @Test
    void findsAFileOfTheSizeThatIsAskedFor() {
        assertThat(find(usr + "/stdio.h")).contains(usr.resolve("stdio.h"));
        assertThat(new SystemFiles(List.of(usr + "/"), user).find(usr + "/stdio.h", 5)).isEmpty();
        assertThat(find(usr + "/absent.h")).isEmpty();
    }

    @Test
    void looksBelowItsRootsAlone() throws IOException {
        Files.writeString(directory.resolve("secret"), "text");
        assertThat(find(directory + "/secret")).isEmpty();
        assertThat(find(usr + "/../secret")).isEmpty();
        assertThat(find(usr + "/./stdio.h")).isEmpty();
        assertThat(find(usr + "//stdio.h")).isEmpty();
        assertThat(find("usr/stdio.h")).isEmpty();
        assertThat(find(usr + "/\0")).isEmpty();
        assertThat(find(usr + "/" + "x/".repeat(600))).isEmpty();
    }

    @Test
    void followsNoLinks() throws IOException {
        Files.writeString(directory.resolve("secret"), "text");
        Files.createSymbolicLink(usr.resolve("link.h"), directory.resolve("secret"));
        Files.createSymbolicLink(usr.resolve("away"), directory);
        assertThat(find(usr + "/link.h")).isEmpty();
        assertThat(find(usr + "/away/secret")).isEmpty();
        assertThat(find(usr + "/away/usr/stdio.h")).isEmpty();
    }

    @Test
    void findsOnlyWhatEveryUserMayRead() throws IOException {
        permit(file("private.h"), "rw-r-----");
        assertThat(find(usr + "/private.h")).isEmpty();
        Path closed = Files.createDirectory(usr.resolve("closed"));
        Files.createDirectory(closed.resolve("open"));
        permit(Files.writeString(closed.resolve("open/x.h"), "text"), "rw-r--r--");
        permit(closed.resolve("open"), "rwxr-xr-x");
        permit(closed, "rwxr-x---");
        assertThat(find(closed + "/open/x.h")).isEmpty();
        permit(closed, "rwxr-xr-x");
        assertThat(find(closed + "/open/x.h")).isPresent();
    }

    @Test
    void findsOnlyFilesOfRootOrOfItsUser() {
        Optional<Path> found = new SystemFiles(List.of(usr + "/"), user + 1).find(usr + "/stdio.h", 4);
        assertThat(found.isPresent()).isEqualTo(user == 0);
    }

    @Test
    void findsRegularFilesOnly() throws IOException {
        Files.createDirectory(usr.resolve("directory"));
        long size = Files.size(usr.resolve("directory"));
        assertThat(new SystemFiles(List.of(usr + "/"), user).find(usr + "/directory", size)).isEmpty();
        assertThat(new SystemFiles(List.of("/dev/"), user).find("/dev/null", 0)).isEmpty();
    }

    @Test
    void usesTheDirectoriesOfADistribution() {
        assertThat(SystemFiles.ROOTS).contains("/usr/", "/lib/").doesNotContain("/", "/home/", "/etc/", "/tmp/")
                .allMatch(root -> root.startsWith("/") && root.endsWith("/"));
    }
}
