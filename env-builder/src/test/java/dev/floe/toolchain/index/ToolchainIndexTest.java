package dev.floe.toolchain.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.FileStamp;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.RealCompilers;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.locate.FoundToolchain;

final class ToolchainIndexTest {
    private static final Toolchain TOOLCHAIN = Toolchain.of(ToolchainFamily.GCC, "12.2.0",
            new Platform("x86_64", "linux"),
            "x86_64-linux-gnu", List.of());

    @TempDir
    private Path directory;

    private Path driver = Path.of("");
    private Path library = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void install() throws IOException {
        driver = Files.writeString(directory.resolve("gcc-12"), "driver").toRealPath();
        library = Files.createSymbolicLink(directory.resolve("libm.so"), Path.of("gcc-12"));
        file = directory.resolve("index");
    }

    @Test
    void knowsACompilerUnderAnyLinkToIt() throws IOException {
        ToolchainIndex index = remembering();
        Path link = Files.createSymbolicLink(directory.resolve("cc"), driver);
        assertThat(index.lookup(link))
                .contains(new ToolchainIndex.KnownToolchain(TOOLCHAIN.id(), ToolchainFamily.GCC, "12.2.0",
                        TOOLCHAIN.host(), "x86_64-linux-gnu", Map.of("as", Path.of("/usr/bin/as"))));
    }

    @Test
    void knowsItAfterARestart() throws IOException {
        var known = remembering().lookup(driver);
        assertThat(known).isPresent().isEqualTo(ToolchainIndex.open(file).lookup(driver));
    }

    @Test
    void forgetsItWhenAFileChanges() throws IOException {
        ToolchainIndex index = remembering();
        Files.writeString(driver, "upgraded");
        assertThat(index.lookup(driver)).isEmpty();
        assertThat(ToolchainIndex.open(file).lookup(driver)).isEmpty();
    }

    @Test
    void forgetsItWhenALinkIsTurned() throws IOException {
        ToolchainIndex index = remembering();
        Files.delete(library);
        Files.createSymbolicLink(library, Path.of("index"));
        assertThat(index.lookup(driver)).isEmpty();
    }

    @Test
    void forgetsItWhenSomethingAppearsThatWouldHaveBeenTaken() throws IOException {
        ToolchainIndex index = remembering();
        Files.writeString(directory.resolve("specs"), "");
        assertThat(index.lookup(driver)).isEmpty();
    }

    /** A process in a container sees another file under the driver's path. */
    @Test
    void aCallerWithOtherFilesIsNotServed() throws IOException {
        ToolchainIndex index = remembering();
        assertThat(index.lookup(driver, new Seen(Map.of()))).isPresent();
        FileStamp other = FileStamp.of(Files.writeString(directory.resolve("other"), "other"));
        assertThat(index.lookup(driver, new Seen(Map.of(driver, other)))).isEmpty();
        assertThat(index.lookup(driver, new Seen(Map.of(library, other)))).isEmpty();
        assertThat(index.lookup(driver, new Seen(Map.of(directory.resolve("specs"), other)))).isEmpty();
        assertThat(index.lookup(driver)).as("the index still serves this process").isPresent();
    }

    /** The files of this process, but for some. */
    private record Seen(Map<Path, FileStamp> others) implements FileAccess {
        @Override
        public Optional<FileStamp> lstat(Path path) throws IOException {
            FileStamp other = others.get(path);
            return other == null ? LOCAL.lstat(path) : Optional.of(other);
        }

        @Override
        public Path readLink(Path link) throws IOException {
            return LOCAL.readLink(link);
        }

        @Override
        public List<String> list(Path path) throws IOException {
            return LOCAL.list(path);
        }

        @Override
        public Path contents(Path real) throws IOException {
            return LOCAL.contents(real);
        }

        @Override
        public boolean isExecutable(Path path) throws IOException {
            return LOCAL.isExecutable(path);
        }
    }

    @Test
    void beginsAnewWhenItsFileIsDamaged() throws IOException {
        remembering();
        String text = Files.readString(file);
        for (int length = 0; length < text.length(); length += 100) {
            Files.writeString(file, text.substring(0, length));
            assertThat(ToolchainIndex.open(file).lookup(driver)).isEmpty();
        }
        Files.writeString(file, text.replace("stamp", "stomp"));
        assertThat(ToolchainIndex.open(file).lookup(driver)).isEmpty();
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe});
        assertThat(ToolchainIndex.open(file).lookup(driver)).isEmpty();
    }

    @Test
    void anIndexOfAnotherReleaseIsMadeAgain() throws IOException {
        String known = Files.readString(writtenIndex());
        String later = known.replaceFirst("\t1\n", "\t2\n");
        assertThat(ToolchainIndexFile.isOfOtherVersion(later)).isTrue();
        assertThat(ToolchainIndexFile.isOfOtherVersion(known)).isFalse();
        assertThat(ToolchainIndexFile.isOfOtherVersion("index")).as("damaged, which is said").isFalse();
        Files.writeString(file, later);
        assertThat(ToolchainIndex.open(file).lookup(driver)).isEmpty();
        assertThat(remembering().lookup(driver)).isPresent();
        assertThat(Files.readString(file)).isEqualTo(known);
    }

    private Path writtenIndex() throws IOException {
        remembering();
        return file;
    }

    @Test
    void knowsARealCompilerByEachOfItsNames() throws Exception {
        ToolchainIndex index = ToolchainIndex.open(file);
        FoundToolchain found = RealCompilers.find("gcc");
        index.remember(found);
        index.remember(RealCompilers.find("clang"));
        ToolchainIndex reopened = ToolchainIndex.open(file);
        for (String name : List.of("gcc", "g++", "cc")) {
            assertThat(reopened.lookup(RealCompilers.installed(name)).orElseThrow().id())
                    .isEqualTo(found.toolchain().id());
        }
        assertThat(reopened.lookup(RealCompilers.installed("clang++")).orElseThrow().family())
                .isEqualTo(ToolchainFamily.CLANG);
    }

    private ToolchainIndex remembering() throws IOException {
        ToolchainIndex index = ToolchainIndex.open(file);
        index.remember(new FoundToolchain(TOOLCHAIN, List.of(driver), Map.of("as", Path.of("/usr/bin/as")),
                Map.of(driver, FileStamp.of(driver), library, FileStamp.ofLink(library)),
                Set.of(directory.resolve("specs"))));
        return index;
    }
}
