package dev.floe.command.discovery.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.RealMachine;
import dev.floe.store.Digest;

/** Which texts a node reads: a project must not fill its memory. */
final class ScanResultCacheTest {
    private final ScanResultCache cache = new ScanResultCache(10);
    private final RealMachine machine = new RealMachine();

    @TempDir
    Path directory;

    private SourceScanResult scan(Path file, Digest digest) throws IOException {
        return cache.traits(file, digest, false, machine);
    }

    @Test
    void readsATextOfUsualLength() throws IOException {
        Path file = Files.writeString(directory.resolve("a.h"), "#include \"b.h\"\n");
        assertThat(scan(file, Digest.ofFile(file)).includes()).containsExactly("\"b.h");
    }

    @Test
    void readsNoTextThatIsTooLong() throws IOException {
        Path file = directory.resolve("sparse.h");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength((32L << 20) + 1);
        }
        Digest digest = new Digest(1, 2, 3, 4, (32L << 20) + 1);
        assertThatThrownBy(() -> scan(file, digest)).isInstanceOf(IOException.class).hasMessageContaining("longer");
    }

    /** The assembler takes data of any length. */
    @Test
    void whatAnAssemblerTextOfSuchLengthNamesIsAGuess() throws IOException {
        SourceScanResult unread = cache.traits(directory.resolve("data.bin"), new Digest(1, 2, 3, 4, (32L << 20) + 1),
                true, machine);
        assertThat(unread.computed()).containsExactly("too long to be read");
        assertThat(unread.features()).contains(SourceScanResult.Feature.CLOCK, SourceScanResult.Feature.TIMESTAMP);
    }

    @Test
    void refusesATextThatNamesTooManyFiles() throws IOException {
        Path file = Files.writeString(directory.resolve("many.h"), IntStream.range(0, 20_001)
                .mapToObj(number -> "#include \"a" + number + ".h\"").collect(Collectors.joining("\n")));
        assertThatThrownBy(() -> scan(file, Digest.ofFile(file))).isInstanceOf(IOException.class)
                .hasMessageContaining("names more than");
    }

    @Test
    void refusesATextThatHasGrown() throws IOException {
        Path file = Files.writeString(directory.resolve("a.h"), "int a;\n");
        Digest before = Digest.ofFile(file);
        Files.writeString(file, "int a;\nint b;\n");
        assertThatThrownBy(() -> scan(file, before)).isInstanceOf(IOException.class);
    }
}
