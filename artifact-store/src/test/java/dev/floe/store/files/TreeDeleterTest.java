package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeDeleterTest {
    private static final int DEEP = 150;

    @TempDir
    private Path directory;

    @Test
    void removesATreeAndFollowsNoLink() throws IOException {
        Path kept = Files.writeString(Files.createDirectory(directory.resolve("outside")).resolve("file"), "kept");
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/file"), "gone");
        Files.createSymbolicLink(tree.resolve("a/link"), directory.resolve("outside"));
        TreeDeleter.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("kept");
    }

    @Test
    void removesALinkAndNotWhatItLeadsTo() throws IOException {
        Path kept = Files.createDirectory(directory.resolve("outside"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), kept);
        TreeDeleter.delete(link);
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(kept).isDirectory();
    }

    @Test
    void removesWhatIsDeepOrClosed() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Path at = tree;
        for (int i = 0; i < DEEP; i++) {
            at = Files.createDirectory(at.resolve("d"));
        }
        Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("---------"));
        TreeDeleter.delete(tree);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void doesNothingWhereNothingIs() {
        assertThatCode(() -> TreeDeleter.delete(directory.resolve("missing"))).doesNotThrowAnyException();
    }

    @Test
    void emptiesADirectory() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("file"), "gone");
        TreeDeleter.deleteContents(directory);
        assertThat(directory).isEmptyDirectory();
    }
}
