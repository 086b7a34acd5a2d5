package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MeshKeyFileTest {
    @TempDir
    Path dir;

    private final JoinToken token = new JoinToken(MeshKey.create("home"), List.of(new HostPort("a", 7079)));
    private Path path = Path.of("unset");

    @BeforeEach
    void write() throws IOException {
        path = dir.resolve("deeper/mesh.key");
        new MeshKeyFile(path).write(token);
    }

    @Test
    void keepsTheTokenForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        assertThat(new MeshKeyFile(path).exists()).isTrue();
        assertThat(new MeshKeyFile(path).read().encode()).isEqualTo(token.encode());
        try (var files = Files.list(dir.resolve("deeper"))) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void putsOneTokenInPlaceOfAnother() throws IOException {
        JoinToken other = new JoinToken(MeshKey.create("work"), List.of());
        new MeshKeyFile(path).write(other);
        assertThat(new MeshKeyFile(path).read().key().id()).isEqualTo(other.key().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x"})
    void refusesAFileThatIsOpenToOthers(String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        assertThatIOException().isThrownBy(() -> new MeshKeyFile(path).read())
                .withMessageContaining("chmod 600 " + path);
    }

    @Test
    void saysWhatToDoWithoutAFileOrWithADamagedOne() throws IOException {
        assertThatIOException().isThrownBy(() -> new MeshKeyFile(dir.resolve("none")).read())
                .withMessageContaining("floe mesh create");
        AtomicPrivateFile.write(path, token.encode().substring(0, 50));
        assertThatIOException().isThrownBy(() -> new MeshKeyFile(path).read()).withMessageContaining("truncated");
        AtomicPrivateFile.write(path, "x".repeat(100_000));
        assertThatIOException().isThrownBy(() -> new MeshKeyFile(path).read())
                .withMessageMatching("\\Q" + path + "\\E is damaged \\(longer than .*; run: floe mesh join INVITATION");
    }

    @Test
    void saysWhatToDoAboutADamagedKeyOfTheMachine() throws IOException {
        new MeshKeyFile(path).write(token, NodeKey.create());
        String whole = Files.readString(path);
        for (String damaged : List.of(whole.substring(0, whole.length() - 5), whole.strip() + "@")) {
            AtomicPrivateFile.write(path, damaged);
            assertThatIOException().isThrownBy(() -> new MeshKeyFile(path).nodeKey())
                    .withMessageMatching("\\Q" + path + "\\E is damaged \\(.*; run: floe mesh join INVITATION");
        }
    }
}
