package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.node.mesh.security.AtomicPrivateFile;

/** The quarantine's file, after a crash or an edit. */
final class QuarantineFuzzTest {
    @TempDir
    static Path directory = Path.of("/");

    @MethodSource("files")
    @FuzzTest
    void opensOrSaysThatItIsDamaged(byte[] bytes) throws IOException {
        Path file = directory.resolve("quarantine");
        AtomicPrivateFile.write(file, new String(bytes, UTF_8));
        Quarantine quarantine;
        try {
            quarantine = Quarantine.open(file);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("remove it to trust them all");
            return;
        }
        assertThat(quarantine.all()).allMatch(entry -> quarantine.of(entry.maker()).isPresent());
    }

    static Stream<byte[]> files() {
        return Stream.of("0b&b%26c&1700000000000&" + "ab".repeat(32) + "&%2Fsrc%2Fa.c\n")
                .map(text -> text.getBytes(UTF_8));
    }
}
