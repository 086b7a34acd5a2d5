package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatxTest {
    @TempDir
    private Path directory;

    @Test
    void saysWhatTheJdkSays() throws IOException {
        Path file = Files.writeString(directory.resolve("é file"), "abc");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
        for (Path path : new Path[]{file, link, directory, Path.of("/"), Path.of("/dev/null"), Path.of("/etc")}) {
            for (boolean follow : new boolean[]{true, false}) {
                assertThat(Statx.look(path, follow)).as("%s, %s", path, follow)
                        .isEqualTo(new Statx.StatxResult.Present(slowly(path, follow)));
            }
        }
    }

    private static FileStamp slowly(Path path, boolean follow) throws IOException {
        LinkOption[] options = follow ? new LinkOption[0] : new LinkOption[]{LinkOption.NOFOLLOW_LINKS};
        Map<String, Object> all = Files.readAttributes(path, "unix:*", options);
        return new FileStamp(number(all, "dev"), number(all, "ino"), number(all, "size"), time(all, "lastModifiedTime"),
                time(all, "ctime"), (int) number(all, "mode"));
    }

    private static long number(Map<String, Object> all, String name) {
        return ((Number) Objects.requireNonNull(all.get(name))).longValue();
    }

    private static long time(Map<String, Object> all, String name) {
        return ((FileTime) Objects.requireNonNull(all.get(name))).to(TimeUnit.NANOSECONDS);
    }

    @Test
    void knowsWhatIsNotThere() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Path nowhere = Files.createSymbolicLink(directory.resolve("nowhere"), Path.of("gone"));
        for (Path path : new Path[]{directory.resolve("gone"), file.resolve("below")}) {
            assertThat(Statx.look(path, false)).isInstanceOf(Statx.StatxResult.NoEntry.class);
            assertThat(FileStamp.ifPresent(path)).isEmpty();
        }
        assertThat(FileStamp.ifPresent(nowhere))
                .hasValueSatisfying(stamp -> assertThat(stamp.isSymbolicLink()).isTrue());
        assertThat(Statx.look(Path.of("/" + "x".repeat(3000)), false)).isInstanceOf(Statx.StatxResult.NeedsJdk.class);
    }
}
